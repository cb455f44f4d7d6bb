-- One row per indicator and record behind those rows.
create or replace temp table revised_records as
select distinct la_code, indicator_code, record_table, record_key
from detail_rows
