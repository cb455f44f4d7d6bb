-- One row per authority: the keys of the chosen issues that still fail.
select issue.la_code, list(issue.issue_key order by issue.issue_key)
from dq.issue as issue
where {% include "_chosen_issues.sql" %} and issue.state in ('open', 'reopened', 'accepted')
group by issue.la_code
order by issue.la_code
