-- One row per record of one table that moved a figure: its own key twice.
select distinct
    record_key as row_key,
    record_key
from revised_records
where record_table = '{{ table }}'
