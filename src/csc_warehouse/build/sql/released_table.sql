-- One row per table that says in each row which release it is of.
select
    tables.schema_name,
    tables.table_name
from duckdb_tables() as tables
inner join duckdb_columns() as columns using (database_name, schema_name, table_name)
where
    tables.database_name = 'analyst'
    and tables.schema_name in ('dq', 'ops')
    and columns.column_name = 'release_id'
order by tables.schema_name, tables.table_name
