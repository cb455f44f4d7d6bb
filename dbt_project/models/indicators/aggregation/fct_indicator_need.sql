-- What each available indicator needs of its authority's source, table by table. A local file is a
-- full snapshot with its history: of those only what a row of source_need says looks back, or says
-- something of the file's own month alone.
{{ config(materialized='table', database='analyst') }}

{%- set needs = indicator_need_columns() %}
with

indicator as (
    select * from {{ ref('indicator') }}
),

source_need as (
    select * from {{ ref('source_need') }}
),

availability as (
    select * from {{ ref('int_indicator_availability') }}
    where availability = 'available'
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

available_indicators as (
    select
        availability.la_code,
        availability.indicator_code,
        availability.measured_as,
        indicator.source_subject,
        indicator.needs_local
        {%- for column in needs.values() %},
        indicator.{{ column }}
        {%- endfor %}
    from availability
    inner join indicator
        on
            availability.indicator_code = indicator.indicator_code
            and availability.indicator_name = indicator.indicator_name
            and indicator.valid_from <= availability.as_at_date
            and (indicator.valid_to > availability.as_at_date or indicator.valid_to is null)
),

indicator_needs as (
    select
        available_indicators.la_code,
        available_indicators.indicator_code,
        available_indicators.measured_as,
        subject_sources.source_system,
        case subject_sources.source_system
            {%- for source_system, column in needs.items() %}
            when '{{ source_system }}' then nullif(trim(available_indicators.{{ column }}), '')
            {%- endfor %}
        end as needs
    from available_indicators
    inner join subject_sources
        on
            available_indicators.la_code = subject_sources.la_code
            and available_indicators.source_subject = subject_sources.subject

    union all

    select
        available_indicators.la_code,
        available_indicators.indicator_code,
        available_indicators.measured_as,
        source_need.source_system,
        nullif(trim(available_indicators.needs_local), '') as needs
    from available_indicators
    inner join source_need
        on
            available_indicators.indicator_code = source_need.indicator_code
            and source_need.source_system = 'local'
),

needed_words as (
    select
        la_code,
        indicator_code,
        measured_as,
        source_system,
        {{ indicator_split_words('needs') }} as needed_word
    from indicator_needs
    where needs is not null
),

final as (
    select distinct
        needed_words.la_code,
        needed_words.indicator_code,
        needed_words.measured_as,
        needed_words.source_system,
        split_part(needed_words.needed_word, '.', 1) as table_name,
        coalesce(
            source_need.is_own_month,
            needed_words.measured_as = 'snapshot'
            and {{ is_status_of_its_month('needed_words.source_system') }}
        ) as is_own_month,
        coalesce(source_need.look_back_months, 0) as look_back_months
    from needed_words
    left join source_need
        on
            needed_words.source_system = source_need.source_system
            and needed_words.indicator_code = source_need.indicator_code
)

select * from final
