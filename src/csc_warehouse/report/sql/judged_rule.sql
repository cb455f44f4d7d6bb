-- One row per rule of a run: its counts over all authorities, its statuses, why it was not judged.
select
    expectation.gate,
    expectation.table_name,
    expectation.rule_id,
    expectation.expectation_type,
    expectation.kwargs,
    expectation.severity,
    expectation.national_codes,
    expectation.why,
    expectation.how_to_resolve,
    expectation.owner,
    list_sort(list(distinct result.status)) as statuses,
    coalesce(sum(result.evaluated), 0)::bigint as judged,
    coalesce(sum(result.failed), 0)::bigint as failed,
    any_value(result.observed) filter (where result.status = 'error') as fault
from dq.expectation as expectation
inner join dq.expectation_result as result
    on
        expectation.rule_id = result.rule_id
        and expectation.gate = result.gate
group by all
order by expectation.gate, expectation.table_name, expectation.rule_id
