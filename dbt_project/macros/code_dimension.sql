{# The dimension of one code set: a row per code, with columns named after `entity`. #}
{% macro code_dimension(code_set, entity) -%}
with

codes as (
    select * from {{ ref('code') }}
),

final as (
    select
        code as {{ entity }}_code,
        label as {{ entity }}_name,
        group_label as {{ entity }}_group_name,
        valid_from as valid_from_date,
        valid_to as valid_to_date
    from codes
    where code_set = '{{ code_set }}'
)

select * from final
{%- endmacro %}
