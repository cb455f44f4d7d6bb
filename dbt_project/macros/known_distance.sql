{# Miles from home, or null where unknown: nothing recorded, or 999 and over; 0 is known. #}
{% macro known_distance(miles) -%}
    case when {{ miles }} < 999 then {{ miles }} end
{%- endmacro %}
