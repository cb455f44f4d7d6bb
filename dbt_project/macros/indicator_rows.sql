{#
    The ind_ models of a topic under one another. Each branch names its indicator, so that whoever
    asks for one indicator reads the records of that one only. All of them have the columns of
    indicator_columns in its order: to list them once more for each would be nine tenths of the text,
    and dbt parses all of it.
#}
{% macro indicator_rows(topic) -%}
    {%- for indicator in indicator_models() if indicator.topic == topic %}
    select
        '{{ indicator.code }}' as indicator_code,
        '{{ indicator.name }}' as indicator_name,
        counted.*
    from {{ ref('ind_' ~ indicator.name) }} as counted
    {{- '\n\n    union all\n' if not loop.last }}
    {%- else %}
    {#- Without indicators (a parse alone) the columns are still there. #}
    select
        cast(null as string) as indicator_code,
        cast(null as string) as indicator_name,
        {{ indicator_columns(
            record_table='none',
            record_key='cast(null as string)',
            event_date='cast(null as date)',
        ) }}
    from (
        select
            cast(null as string) as la_code,
            cast(null as string) as child_key,
            cast(null as string) as load_id,
            cast(null as string) as source_file,
            cast(null as bigint) as row_number
    ) as nothing
    where false
    {%- endfor %}
{%- endmacro %}
