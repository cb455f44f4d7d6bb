{% set source_systems = ['ssd', 'annex_a', 'ssda903', 'cin_census', 'local'] %}

with

{% for source_system in source_systems -%}
{{ source_system }}_code_values as (
    select * from {{ ref('stg_' ~ source_system ~ '__code_values') }}
),

{% endfor -%}
final as (
    {%- for source_system in source_systems %}
    select
        la_code,
        '{{ source_system }}' as source_system,
        table_name,
        column_name,
        code_set,
        raw_value,
        row_count
    from {{ source_system }}_code_values
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
