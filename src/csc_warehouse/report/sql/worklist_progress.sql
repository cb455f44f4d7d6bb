-- One row per authority, team and month, of the twelve up to the release's: records that fail and
-- that were resolved. The team corrects; where none is known, the owner of the rule.
select
    month.la_code,
    if(month.owner_team = 'not known', expectation.owner, month.owner_team) as team,
    month.month,
    cast(sum(month.open_count) as bigint) as failing,
    cast(sum(month.resolved_count) as bigint) as resolved
from dq.issue_month as month
inner join dq.expectation as expectation on month.rule_id = expectation.rule_id
cross join ops.release as release
where
    month.month > strftime(release.as_at_date - interval 12 month, '%Y-%m')
    and month.month <= release.month
group by all
order by month.la_code, team, month.month
