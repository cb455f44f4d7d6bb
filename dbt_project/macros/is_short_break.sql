{# V3 and V4, agreed series of short breaks; without a status the child counts. #}
{% macro is_short_break(legal_status_code) -%}
    coalesce({{ legal_status_code }} in ('V3', 'V4'), false)
{%- endmacro %}
