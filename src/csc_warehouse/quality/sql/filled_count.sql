-- One row: the rows of a raw table and, of each column, its filled cells and different values.
{% macro filled(column) -%}
case when upper(trim({{ column }})) not in ('', 'NULL', '\N') then {{ column }} end
{%- endmacro -%}
select
    count(*),
{% for column in columns %}
    count({{ filled(column) }}),
    approx_count_distinct({{ filled(column) }}){{ "," if not loop.last }}
{% endfor %}
from read_parquet($files)
