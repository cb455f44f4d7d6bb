-- One row per conformed table.
select distinct table_name
from duckdb_columns()
where
    schema_name = 'intermediate'
    and table_name like 'int_%_conformed'
    and column_name = 'record_key'
order by table_name
