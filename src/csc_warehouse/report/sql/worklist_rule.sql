-- One row per authority and rule: how its failing records came and went this month.
select
    month.la_code,
    month.rule_id,
    expectation.why,
    cast(sum(month.new_count) as bigint) as new,
    cast(sum(month.reopened_count) as bigint) as reopened,
    cast(sum(month.resolved_count) as bigint) as resolved,
    cast(sum(month.open_count) as bigint) as failing,
    cast(sum(month.accepted_count) as bigint) as accepted
from dq.issue_month as month
inner join dq.expectation as expectation on month.rule_id = expectation.rule_id
where month.month = (select month from ops.release)
group by month.la_code, month.rule_id, expectation.why
order by month.la_code, failing desc, month.rule_id
