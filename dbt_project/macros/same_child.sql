{# Joins by child, as nearly every fact makes them: a child's key is one authority's. #}

{% macro same_child(records, others) -%}
    {{ records }}.la_code = {{ others }}.la_code
            and {{ records }}.child_key = {{ others }}.child_key
{%- endmacro %}


{#
    The same child's interval that is open at the end of `day`. `intervals` has la_code, child_key,
    start_date and end_date (exclusive, null while open), at most one of them open for a child: then
    a left join keeps the grain of `records`.
#}
{% macro same_child_at(records, intervals, day) -%}
    {{ same_child(records, intervals) }}
            and {{ is_open_at(intervals ~ '.start_date', intervals ~ '.end_date', day) }}
{%- endmacro %}
