-- One row per authority: the first month whose issues are known, from which ages are counted.
select
    la_code,
    min(month) as month
from (
    select la_code, month from dq.issue_month
    union all
    select la_code, first_seen_month as month from dq.issue
) as known
group by la_code
order by la_code
