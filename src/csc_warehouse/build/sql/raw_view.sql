-- One row per delivered row of a table: every stored column, null where no file has it.
-- A file's name goes no further than the lake: a number stands for it (`restricted.file_link`).
create or replace view {{ schema }}.{{ table.name }} as
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
        else "cast(null as " ~ column.data_type ~ ") as " ~ column.name }}
{% endif %}
    {{- "" if loop.last else "," }}
{% endfor %}
{% if files %}
from read_parquet([{{ files | map("literal") | join(", ") }}], union_by_name = true)
{% else %}
where false
{% endif %}
