-- One row per delivered row of a table: every stored column, null where no file has it.
-- A file's name goes no further than the lake: a number stands for it (`restricted.file_link`).
-- DuckDB reads all files as one part; Spark each by itself, for not all have the same columns.
create or replace view {{ schema }}.{{ table.name }} as
{% for rows, delivered in parts %}
select
{% for column in table.stored %}
{% if column.name == "_source_file" and file_numbers %}
    case
{% for load_id, name, number in file_numbers %}
        when _load_id = {{ load_id | literal }} and _source_file = {{ name | literal }}
            then {{ number | literal }}
{% endfor %}
    end as _source_file
{% else %}
    {{ column.name if column.name in delivered
        else "cast(null as " ~ types[column.name] ~ ") as " ~ column.name }}
{% endif %}
    {{- "" if loop.last else "," }}
{% endfor %}
{{ rows }}
{% if not loop.last %}
union all
{% endif %}
{% endfor %}
