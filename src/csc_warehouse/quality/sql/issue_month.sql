-- One row per authority, rule and team: what was new, reopened and resolved in this month.
insert into analyst.dq.issue_month by name
select
    la_code,
    $month as month,
    rule_id,
    coalesce(owner_team, 'not known') as owner_team,
    count(*) filter (where first_seen_month = $month) as new_count,
    count(*) filter (where opened_month = $month and first_seen_month < $month) as reopened_count,
    count(*) filter (where resolved_month = $month) as resolved_count,
    count(*) filter (where state in ('open', 'reopened')) as open_count,
    count(*) filter (where state = 'accepted') as accepted_count
from analyst.dq.issue
where state <> 'resolved' or resolved_month = $month
group by la_code, rule_id, coalesce(owner_team, 'not known')
order by la_code, rule_id, owner_team
