-- One row per record that fails the rule.
select
    la_code,
    table_name,
    record_key,
    child_key,
    column_name,
    load_id,
    source_file,
    row_number
from dq.failing_record
where rule_id = {{ rule_id | literal }}
order by la_code, source_file, row_number
