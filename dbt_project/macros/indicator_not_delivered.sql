{#
    The CTE `not_delivered_lists`: of what an indicator of `authority_indicators` needs, the tables
    and columns that did not come, of its source and of the local extensions.
#}
{% macro indicator_not_delivered() -%}
delivered_column as (
    select * from {{ source('ops', 'delivered_column') }}
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
)
{%- endmacro %}
