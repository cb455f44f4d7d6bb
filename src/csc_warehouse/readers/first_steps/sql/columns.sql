-- One row per column of a table that the analysts' folder has: its type, its comment, its table's.
select
    columns.schema_name,
    columns.table_name,
    columns.column_name,
    columns.data_type,
    not columns.is_nullable as is_filled,
    coalesce(columns.comment, '') as comment,
    coalesce(tables.comment, '') as table_comment
from duckdb_columns() as columns
inner join duckdb_tables() as tables
    on
        columns.database_name = tables.database_name
        and columns.schema_name = tables.schema_name
        and columns.table_name = tables.table_name
where columns.schema_name in (select unnest($schemas))
order by columns.schema_name, columns.table_name, columns.column_index
