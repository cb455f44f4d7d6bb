-- One row per conformed record: the case system's id of it, and where it stood in which file.
-- In the order of the files: sorted by a hashed key it takes half as long again, and more room.
{% for table, id_column in tables %}
select
    la_code,
    '{{ table }}' as table_name,
    record_key,
    child_key,
    cast({{ id_column }} as varchar) as record_id,
    load_id,
    source_file,
    row_number
from intermediate.{{ table }}
{% if not loop.last %}
union all
{% endif %}
{% endfor %}
order by la_code, table_name, source_file, row_number, record_key
