-- One row per authority and indicator of the register that holds at the authority's as-at date:
-- whether its source delivered what the indicator needs, and if not, why not. What it needs of the
-- local extensions it needs beside the source, whichever that is; an indicator that no source
-- carries stands on the local extensions alone. What a council has to decide for it comes last.
{{ config(materialized='table', schema='intermediate') }}

with

{{ indicator_registered() }},

-- What no row has a value of is not delivered.
delivered_column as (
    select delivered.*
    from {{ source('ops', 'delivered_column') }} as delivered
    left join {{ ref('int_columns_without_value') }} as without_value
        on
            delivered.la_code = without_value.la_code
            and delivered.source_system = without_value.source_system
            and delivered.column_name = without_value.column_name
    where without_value.column_name is null
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

-- The first that is missing says why.
judged as (
    select
        asked.*,
        of_source.what,
        of_local.what as what_local,
        undecided.unavailable_reason as undecided_reason,
        case
            when asked.is_local_alone and of_local.what is null then 'available'
            when asked.is_local_alone then 'local_incomplete'
            when asked.source_system is null then 'no_source'
            when asked.needs is null then 'not_in_source'
            when of_source.what is not null then 'source_incomplete'
            when of_local.what is not null then 'local_incomplete'
            when undecided.indicator_code is not null then 'not_decided'
            when asked.gives = 'rate' and not asked.has_child_population then 'no_population'
            else 'available'
        end as finding
    from authority_indicators as asked
    left join not_delivered_lists as of_source
        on
            asked.la_code = of_source.la_code
            and asked.indicator_name = of_source.indicator_name
            and not of_source.is_local
    left join not_delivered_lists as of_local
        on
            asked.la_code = of_local.la_code
            and asked.indicator_name = of_local.indicator_name
            and of_local.is_local
    left join {{ ref('int_indicator_undecided') }} as undecided
        on asked.la_code = undecided.la_code and asked.indicator_code = undecided.indicator_code
),

final as (
    select
        la_code,
        as_at_date,
        history_start_date,
        indicator_code,
        indicator_name,
        aggregation,
        counts,
        gives,
        has_breakdowns,
        occasion,
        measured_as,
        period_types,
        age_band_set,
        case
            when finding in ('available', 'not_in_source', 'no_population') then finding
            else 'not_delivered'
        end as availability,
        case finding
            when 'local_incomplete' then 'The local extension came without ' || what_local || '.'
            when 'no_source' then 'No extract of this subject was delivered.'
            when 'not_in_source'
                then 'The source ' || source_system || ' does not carry what this indicator counts.'
            when 'source_incomplete'
                then 'The extract ' || source_system || ' came without ' || what || '.'
            when 'not_decided' then undecided_reason
            when 'no_population'
                then 'How many children live in ' || la_code || ' is not in seeds/population.'
        end as unavailable_reason
    from judged
)

select * from final
