-- How many indicators of how many authorities moved against the release before, and by which cause.
select
    coalesce(change_reason, 'all') as cause,
    count(distinct (la_code, indicator_code)) as indicators
from indicators.rpt_indicator_revision
group by grouping sets ((), (change_reason))
having count(*) > 0
order by indicators desc, cause
