-- One row: how many of the columns that a comparison of releases reads this release has. All: 5.
select count(*)
from duckdb_columns()
where
    schema_name = 'indicators'
    and table_name = 'fct_indicator_detail'
    and column_name in ('record_table', 'record_key', 'child_key', 'numerator_date', 'quantity')
