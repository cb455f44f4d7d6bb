-- One row per breakdown that the release gives: columns of fct_indicator_detail, in their order.
select column_name
from duckdb_columns()
where
    database_name = current_database()
    and schema_name = 'indicators'
    and table_name = 'fct_indicator_detail'
    and column_name in (select breakdown from read_csv($declared))
order by column_index
