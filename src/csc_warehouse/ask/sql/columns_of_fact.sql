-- One row per column of a table of the marts, in order.
select column_name
from duckdb_columns()
where database_name = $database and schema_name = 'marts' and table_name = $table
order by column_index
