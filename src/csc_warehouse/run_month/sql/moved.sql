-- One row per cause, and one for all: how many indicators moved against the release before.
select
    coalesce(change_reason, 'all') as cause,
    count(distinct la_code || ' ' || indicator_code) as indicators
from indicators.rpt_indicator_revision
group by grouping sets ((), (change_reason))
having count(*) > 0
order by indicators desc, cause
