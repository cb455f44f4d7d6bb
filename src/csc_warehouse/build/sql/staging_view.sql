-- One row per view by which a source is read: its columns, in order, as nulls of their types.
select
    table_name,
    string_agg(
        'cast(null as ' || data_type || ') as ' || column_name, ', ' order by column_index
    )
from duckdb_columns()
where
    schema_name = 'staging'
    and starts_with(table_name, $prefix)
    and table_name in (select view_name from duckdb_views())
group by table_name
order by table_name
