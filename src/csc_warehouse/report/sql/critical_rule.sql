-- One row per authority and critical rule that did not hold, or could not be judged.
select
    result.rule_id,
    result.la_code,
    result.gate,
    result.owner,
    sum(result.failed)::bigint as failed
from dq.expectation_result as result
where result.status in ('fail', 'error')
group by result.rule_id, result.la_code, result.gate, result.owner
order by result.rule_id, result.la_code
