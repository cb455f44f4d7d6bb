-- One row per table of the analyst database: whether its rows are those of authorities.
select
    tables.schema_name,
    tables.table_name,
    bool_or(columns.column_name = 'la_code') as has_authority
from duckdb_tables() as tables
inner join duckdb_columns() as columns using (database_name, schema_name, table_name)
where tables.database_name = 'analyst'
group by tables.schema_name, tables.table_name
order by tables.schema_name, tables.table_name
