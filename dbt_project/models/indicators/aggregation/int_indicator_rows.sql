-- One row per indicator and thing that it counts: the ind_ models under one another.
with

counted as (
    {%- for name in var('indicator_names') %}
    select
        '{{ name }}' as indicator_name,
        {{ indicator_column_names() | join(',\n        ') }}
    from {{ ref('ind_' ~ name) }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- else %}
    {#- Without indicators (a parse alone) the columns are still there. #}
    select
        cast(null as varchar) as indicator_name,
        {{ indicator_columns(
            record_table='none',
            record_key='cast(null as varchar)',
            event_date='cast(null as date)',
        ) }}
    from (
        select
            cast(null as varchar) as la_code,
            cast(null as varchar) as child_key,
            cast(null as varchar) as load_id,
            cast(null as varchar) as source_file,
            cast(null as bigint) as row_number
    ) as nothing
    where false
    {%- endfor %}
),

final as (
    select * from counted
)

select * from final
