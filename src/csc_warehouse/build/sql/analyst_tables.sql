-- One row per table of the analyst database.
select
    schema_name,
    table_name
from duckdb_tables()
where database_name = 'analyst'
