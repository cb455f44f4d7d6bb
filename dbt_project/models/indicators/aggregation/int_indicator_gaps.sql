-- One row per authority, indicator and period for which its source lacks a delivery, with the
-- reason. A figure of events needs, of each table, extracts that cover every month of the period
-- (and of its look-back, source_need); a month-end figure needs its own month and those of its
-- look-back, and where the source's lists say how things stood at their own month end (Annex A) the
-- list of that month.
{{ config(materialized='table', schema='intermediate') }}

{%- set needs = {
    'ssd': 'needs_ssd',
    'annex_a': 'needs_annex_a',
    'ssda903': 'needs_ssda903',
    'cin_census': 'needs_cin_census',
} %}
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

delivered_table as (
    select * from {{ source('ops', 'delivered_table') }}
),

periods as (
    select * from {{ ref('int_indicator_periods') }}
),

dim_date as (
    select distinct
        month_start_date,
        month_end_date
    from {{ ref('dim_date') }}
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

    -- A local file is a full snapshot with its history: only what a seed row says looks back, or
    -- says something of the file's own month alone.
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

needed_tables as (
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
),

covered_months as (
    select distinct
        delivered_table.la_code,
        delivered_table.source_system,
        delivered_table.table_name,
        dim_date.month_end_date,
        false as is_own_month
    from delivered_table
    inner join dim_date
        on
            delivered_table.history_start_date <= dim_date.month_start_date
            and delivered_table.as_at_date >= dim_date.month_end_date

    union all

    select distinct
        la_code,
        source_system,
        table_name,
        as_at_date as month_end_date,
        true as is_own_month
    from delivered_table
),

-- Many indicators need the same of a table: each need is compared with the deliveries once.
distinct_needs as (
    select distinct
        la_code,
        measured_as,
        source_system,
        table_name,
        is_own_month,
        look_back_months
    from needed_tables
),

uncovered_needs as (
    select
        distinct_needs.la_code,
        distinct_needs.measured_as,
        distinct_needs.source_system,
        distinct_needs.table_name,
        distinct_needs.is_own_month,
        distinct_needs.look_back_months,
        periods.period_number,
        max(dim_date.month_end_date) as month_end_date
    from distinct_needs
    inner join periods
        on
            distinct_needs.la_code = periods.la_code
            and distinct_needs.measured_as = periods.measured_as
    inner join dim_date
        on
            dim_date.month_end_date
            >= {{ add_months('periods.period_start_date', '-distinct_needs.look_back_months') }}
            and dim_date.month_start_date <= periods.period_end_date
            and (
                distinct_needs.measured_as = 'event'
                or distinct_needs.look_back_months > 0
                or dim_date.month_end_date = periods.period_end_date
            )
    left join covered_months
        on
            distinct_needs.la_code = covered_months.la_code
            and distinct_needs.source_system = covered_months.source_system
            and distinct_needs.table_name = covered_months.table_name
            and distinct_needs.is_own_month = covered_months.is_own_month
            and dim_date.month_end_date = covered_months.month_end_date
    where covered_months.la_code is null
    group by
        distinct_needs.la_code,
        distinct_needs.measured_as,
        distinct_needs.source_system,
        distinct_needs.table_name,
        distinct_needs.is_own_month,
        distinct_needs.look_back_months,
        periods.period_number
),

uncovered_periods as (
    select
        needed_tables.la_code,
        needed_tables.indicator_code,
        needed_tables.source_system,
        needed_tables.table_name,
        uncovered_needs.period_number,
        uncovered_needs.month_end_date
    from needed_tables
    inner join uncovered_needs
        on
            needed_tables.la_code = uncovered_needs.la_code
            and needed_tables.measured_as = uncovered_needs.measured_as
            and needed_tables.source_system = uncovered_needs.source_system
            and needed_tables.table_name = uncovered_needs.table_name
            and needed_tables.is_own_month = uncovered_needs.is_own_month
            and needed_tables.look_back_months = uncovered_needs.look_back_months
),

final as (
    select
        la_code,
        indicator_code,
        period_number,
        'The extracts ' || min(source_system) || ' do not reach far enough: no '
        || min(table_name) || ' covers ' || substr(cast(max(month_end_date) as string), 1, 7)
        || '.' as unavailable_reason
    from uncovered_periods
    group by
        la_code,
        indicator_code,
        period_number
)

select * from final
