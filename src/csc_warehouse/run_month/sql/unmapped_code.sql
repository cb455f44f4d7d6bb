-- One row per value that stands for no code, and the column that it was received in.
-- What somebody typed where a code belongs: for the one who maps it, see `csc codes`.
select *
from intermediate.int_codes_unmapped
order by la_code, code_set, received_value, source_system, table_name, column_name
