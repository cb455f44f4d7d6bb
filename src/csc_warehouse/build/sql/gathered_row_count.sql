-- One row per table of the analyst database: its rows, though groups have some in common.
update analyst.ops.model_run as model_run
set row_count = sizes.estimated_size
from duckdb_tables() as sizes
where
    sizes.database_name = 'analyst'
    and sizes.table_name = model_run.model_name
