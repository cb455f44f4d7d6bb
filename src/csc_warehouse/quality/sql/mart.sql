-- One row per mart with rows of an authority.
select distinct table_name
from duckdb_columns()
where
    database_name = 'analyst'
    and schema_name = 'marts'
    and column_name = 'la_code'
order by table_name
