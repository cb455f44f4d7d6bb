-- One row per column of a table or view of the candidate, in order.
select
    database_name,
    schema_name || '.' || table_name,
    column_name,
    data_type
from duckdb_columns()
where not internal
order by database_name, schema_name, table_name, column_index
