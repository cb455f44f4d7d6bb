-- The hash that stands for a record: md5 of the parts joined by '|'. A part is an SQL expression
-- that is never null (a null part would be skipped and two records could share a key).
{% macro hash_key(parts) -%}
    md5(concat_ws('|', {% for part in parts %}cast({{ part }} as string){{ ', ' if not loop.last }}{% endfor %}))
{%- endmacro %}
