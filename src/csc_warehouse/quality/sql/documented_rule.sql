-- One row per rule: its counts over all authorities, its statuses, and why it was not judged.
select
    expectation.table_name,
    expectation.rule_id,
    expectation.expectation_type,
    expectation.kwargs,
    expectation.severity,
    expectation.national_codes,
    expectation.why,
    expectation.how_to_resolve,
    expectation.owner,
    list(distinct result.status) as statuses,
    coalesce(sum(result.evaluated), 0) as evaluated,
    coalesce(sum(result.failed), 0) as failed,
    any_value(result.observed) filter (where result.status = $error) as error
from dq.expectation as expectation
inner join dq.expectation_result as result
    on
        expectation.rule_id = result.rule_id
        and expectation.gate = result.gate
where expectation.gate = $gate
group by all
order by expectation.table_name, expectation.rule_id
