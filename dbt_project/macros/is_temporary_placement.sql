{# T0 to T4; an unknown type is not temporary. #}
{% macro is_temporary_placement(placement_type_code) -%}
    coalesce({{ placement_type_code }} in ('T0', 'T1', 'T2', 'T3', 'T4'), false)
{%- endmacro %}
