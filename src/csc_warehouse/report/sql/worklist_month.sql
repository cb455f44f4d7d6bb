-- One row per authority and month: how its failing records came and went.
select
    la_code,
    month,
    cast(sum(new_count) as bigint) as new,
    cast(sum(reopened_count) as bigint) as reopened,
    cast(sum(resolved_count) as bigint) as resolved,
    cast(sum(open_count) as bigint) as failing,
    cast(sum(accepted_count) as bigint) as accepted
from dq.issue_month
group by la_code, month
order by la_code, month desc
