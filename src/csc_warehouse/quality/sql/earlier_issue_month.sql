-- One row per authority, rule, team and month before this one, as the release before had it; none
-- of an authority whose issues begin anew: something failed, and not one issue is of before.
insert into analyst.dq.issue_month by name
with

earlier as (
    select *
    from {{ rows }}
    where
        month < $month
        and date_diff('month', cast(month || '-01' as date), cast($month || '-01' as date)) < $kept
),

failed_last as (
    select la_code
    from earlier
    group by la_code, month
    having sum(open_count + accepted_count) > 0
    qualify month = max(month) over (partition by la_code)
),

goes_on as (
    select distinct la_code
    from analyst.dq.issue
    where first_seen_month < $month
)

select *
from earlier
where
    la_code in (from goes_on)
    or la_code not in (from failed_last)
