-- One row per delivered row of a table: every stored column, null where no file has it.
create or replace view {{ schema }}.{{ table.name }} as
select
{% for column in table.stored %}
    {{ column.name if column.name in delivered
        else "cast(null as " ~ column.data_type ~ ") as " ~ column.name }}
    {{- "" if loop.last else "," }}
{% endfor %}
{% if files %}
from read_parquet([{{ files | map("literal") | join(", ") }}], union_by_name = true)
{% else %}
where false
{% endif %}
