-- One row per authority and indicator of the register that holds at the authority's as-at date:
-- whether its source delivered what the indicator needs, and if not, why not. What it needs of the
-- local extensions it needs beside the source, whichever that is; an indicator that no source
-- carries stands on the local extensions alone.
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

aggregation as (
    select * from {{ ref('aggregation') }}
),

child_population as (
    select distinct area as la_code
    from {{ ref('child_population') }}
    where area_type = 'authority'
),

int_authorities as (
    select * from {{ ref('int_authorities') }}
),

int_subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

delivered_column as (
    select * from {{ source('ops', 'delivered_column') }}
),

authority_indicators as (
    select
        int_authorities.la_code,
        int_authorities.as_at_date,
        int_authorities.history_start_date,
        indicator.indicator_code,
        indicator.indicator_name,
        indicator.aggregation,
        aggregation.counts,
        aggregation.gives,
        aggregation.has_breakdowns,
        child_population.la_code is not null as has_child_population,
        indicator.measured_as,
        indicator.period_types,
        indicator.age_band_set,
        int_subject_sources.source_system,
        case int_subject_sources.source_system
            {%- for source_system, column in needs.items() %}
            when '{{ source_system }}' then nullif(trim(indicator.{{ column }}), '')
            {%- endfor %}
        end as needs,
        nullif(trim(indicator.needs_local), '') as needs_local,
        nullif(trim(indicator.needs_local), '') is not null
        {%- for column in needs.values() %}
        and nullif(trim(indicator.{{ column }}), '') is null
        {%- endfor %} as is_local_alone
    from int_authorities
    cross join indicator
    left join aggregation on indicator.aggregation = aggregation.aggregation
    left join child_population on int_authorities.la_code = child_population.la_code
    left join int_subject_sources
        on
            int_authorities.la_code = int_subject_sources.la_code
            and indicator.source_subject = int_subject_sources.subject
    where
        indicator.valid_from <= int_authorities.as_at_date
        and (indicator.valid_to > int_authorities.as_at_date or indicator.valid_to is null)
),

needed_words as (
    select
        la_code,
        indicator_name,
        source_system,
        {{ indicator_split_words('needs') }} as needed_word
    from authority_indicators
    where needs is not null

    union all

    select
        la_code,
        indicator_name,
        'local' as source_system,
        {{ indicator_split_words('needs_local') }} as needed_word
    from authority_indicators
    where needs_local is not null
),

needed as (
    select
        la_code,
        indicator_name,
        source_system,
        split_part(needed_word, '.', 1) as table_name,
        nullif(split_part(needed_word, '.', 2), '') as column_name
    from needed_words
),

delivered_tables as (
    select distinct
        la_code,
        source_system,
        table_name
    from delivered_column
),

not_delivered as (
    select distinct
        needed.la_code,
        needed.indicator_name,
        needed.source_system = 'local' as is_local,
        case
            when delivered_tables.table_name is null then needed.table_name
            else needed.table_name || '.' || needed.column_name
        end as what
    from needed
    left join delivered_tables
        on
            needed.la_code = delivered_tables.la_code
            and needed.source_system = delivered_tables.source_system
            and needed.table_name = delivered_tables.table_name
    left join delivered_column
        on
            needed.la_code = delivered_column.la_code
            and needed.source_system = delivered_column.source_system
            and needed.table_name = delivered_column.table_name
            and needed.column_name = delivered_column.column_name
    where
        delivered_tables.table_name is null
        or (needed.column_name is not null and delivered_column.column_name is null)
),

not_delivered_lists as (
    select
        la_code,
        indicator_name,
        is_local,
        {{ indicator_join_sorted('what') }} as what
    from not_delivered
    group by la_code, indicator_name, is_local
),

final as (
    select
        authority_indicators.la_code,
        authority_indicators.as_at_date,
        authority_indicators.history_start_date,
        authority_indicators.indicator_code,
        authority_indicators.indicator_name,
        authority_indicators.aggregation,
        authority_indicators.counts,
        authority_indicators.gives,
        authority_indicators.has_breakdowns,
        authority_indicators.measured_as,
        authority_indicators.period_types,
        authority_indicators.age_band_set,
        case
            when authority_indicators.is_local_alone and not_delivered_local.what is null
                then 'available'
            when authority_indicators.is_local_alone then 'not_delivered'
            when authority_indicators.source_system is null then 'not_delivered'
            when authority_indicators.needs is null then 'not_in_source'
            when not_delivered_lists.what is not null then 'not_delivered'
            when not_delivered_local.what is not null then 'not_delivered'
            when
                authority_indicators.gives = 'rate'
                and not authority_indicators.has_child_population
                then 'no_population'
            else 'available'
        end as availability,
        case
            when authority_indicators.is_local_alone and not_delivered_local.what is null
                then null
            when authority_indicators.is_local_alone
                then
                    'The local extension came without ' || not_delivered_local.what || '.'
            when authority_indicators.source_system is null
                then 'No extract of this subject was delivered.'
            when authority_indicators.needs is null
                then
                    'The source ' || authority_indicators.source_system
                    || ' does not carry what this indicator counts.'
            when not_delivered_lists.what is not null
                then
                    'The extract ' || authority_indicators.source_system || ' came without '
                    || not_delivered_lists.what || '.'
            when not_delivered_local.what is not null
                then
                    'The local extension came without ' || not_delivered_local.what || '.'
            when
                authority_indicators.gives = 'rate'
                and not authority_indicators.has_child_population
                then
                    'How many children live in ' || authority_indicators.la_code
                    || ' is not in seeds/population.'
        end as unavailable_reason
    from authority_indicators
    left join not_delivered_lists
        on
            authority_indicators.la_code = not_delivered_lists.la_code
            and authority_indicators.indicator_name = not_delivered_lists.indicator_name
            and not not_delivered_lists.is_local
    left join not_delivered_lists as not_delivered_local
        on
            authority_indicators.la_code = not_delivered_local.la_code
            and authority_indicators.indicator_name = not_delivered_local.indicator_name
            and not_delivered_local.is_local
)

select * from final
