-- One row per authority, rule and team that corrects, with open issues: how many, the oldest, and
-- what to do. Where no team is known, the owner of the rule corrects.
select
    issue.rule_id,
    issue.la_code,
    coalesce(issue.owner_team, issue.owner) as team,
    issue.owner,
    any_value(expectation.severity),
    count(*),
    max(issue.age_months),
    any_value(expectation.why),
    any_value(expectation.how_to_resolve)
from dq.issue as issue
inner join dq.expectation as expectation on issue.rule_id = expectation.rule_id
where issue.state <> 'resolved'
group by issue.rule_id, issue.la_code, team, issue.owner
order by count(*) desc, issue.rule_id, issue.la_code, team
