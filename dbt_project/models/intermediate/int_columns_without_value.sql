{#
    One row per authority, source and column that no row of the delivery fills: how far children live
    from home, and whether that is in their own authority. Then it is not known, and not 0.
#}
{% set columns = [
    ('clap_cla_placement_distance', 'distance_miles'),
    ('placement_distance_miles', 'distance_miles'),
    ('is_in_home_authority', 'is_in_home_authority'),
] %}

with

placements as (
    select * from {{ ref('int_placements_conformed') }}
),

final as (
    {%- for delivered_name, column in columns %}
    select
        la_code,
        source_system,
        '{{ delivered_name }}' as column_name
    from placements
    group by la_code, source_system
    having count({{ column }}) = 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
