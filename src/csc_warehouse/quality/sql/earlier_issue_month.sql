-- One row per authority, rule, team and month before this one, as the release before had it.
insert into analyst.dq.issue_month by name
select *
from {{ rows }}
where
    month < $month
    and date_diff('month', cast(month || '-01' as date), cast($month || '-01' as date)) < $kept
