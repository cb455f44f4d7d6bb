{#
    The census has no ids: a record is known by its dates, and by its child who is in every key.
    `columns` are the dates of it and of the records that it belongs to.
#}

{# The dates joined by '/', null where one is missing or can't be read: what links lead to. #}
{% macro census_link(relation, columns) -%}
    {% for column in columns -%}
    cast({{ clean_date(relation ~ '.' ~ column) }} as string)
    {{- " || '/' || " if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# What identifies a record: its dates, else a hash of all that the row says. #}
{% macro census_record_id(relation, columns, content) -%}
    coalesce({{ census_link(relation, columns) }}, {{ row_hash(relation, content) }})
{%- endmacro %}
