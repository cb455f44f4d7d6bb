-- One row per authority, table and column that fails the rule.
select
    la_code,
    table_name,
    column_name,
    status,
    observed
from dq.expectation_result
where
    rule_id = {{ rule_id | literal }}
    and failed > 0
order by la_code, table_name, column_name
