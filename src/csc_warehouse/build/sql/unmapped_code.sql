-- One row per column and code set with values that no code is known for: how much, not what.
insert into analyst.dq.unmapped_code
select
    la_code,
    source_system,
    table_name,
    column_name,
    code_set,
    sum(value_count),
    sum(row_count)
from intermediate.int_codes_unmapped
group by la_code, source_system, table_name, column_name, code_set
order by la_code, source_system, table_name, column_name, code_set
