-- One row per delivered row of a table, as raw_view.sql has it, file by file: Spark reads several
-- files at once only where all have the same columns.
create or replace view {{ schema }}.{{ table.name }} as
{% for file, delivered in files %}
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
from parquet.`{{ file }}`
{% if not loop.last %}
union all
{% endif %}
{% endfor %}
