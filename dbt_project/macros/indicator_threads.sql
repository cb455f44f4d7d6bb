{#
    DuckDB writes a union of many queries with one thread in three quarters of the CPU time and two
    thirds of the space: with more, each query and thread leaves a part-filled row group, and the
    checkpoint packs them again. Nothing on other engines.
#}
{% macro indicator_write_by_one_thread() -%}
{% if target.type == 'duckdb' %}set threads = 1{% endif %}
{%- endmacro %}

{% macro indicator_write_by_all_threads() -%}
{% if target.type == 'duckdb' %}reset threads{% endif %}
{%- endmacro %}
