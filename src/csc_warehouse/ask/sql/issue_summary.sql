-- One row per authority, team, rule and state: how many records, since when, and what to do.
select
    issue.la_code,
    coalesce(issue.owner_team, issue.owner) as team,
    issue.owner,
    issue.rule_id,
    expectation.severity,
    issue.state,
    count(*) as records,
    min(issue.first_seen_month) as first_seen,
    max(issue.age_months) as age_months,
    max(issue.accepted_until) as accepted_until,
    expectation.why,
    expectation.how_to_resolve,
    expectation.indicators
from dq.issue as issue
inner join dq.expectation as expectation on issue.rule_id = expectation.rule_id
where {% include "_chosen_issues.sql" %} and list_contains($states, issue.state)
group by
    issue.la_code, coalesce(issue.owner_team, issue.owner), issue.owner,
    issue.rule_id, expectation.severity, issue.state, expectation.why,
    expectation.how_to_resolve, expectation.indicators
order by issue.la_code, first_seen, records desc, issue.rule_id, team, issue.state
