-- A view names the tables of its own database without the database, so that it also works where the
-- file is attached under another name.
{% macro duckdb__create_view_as(relation, sql) -%}
    {{ dbt.duckdb__create_view_as(relation, sql) | replace(
        sql, sql | replace(adapter.quote(relation.database) ~ '.', '')
    ) }}
{%- endmacro %}
