-- One row per duty that is overdue or falls due soon, for the team of its record: by worker, the
-- longest overdue first.
with

child_ids as (
    select la_code, child_key, string_agg(person_id, ', ' order by person_id) as child_id
    from restricted.child_link
    group by la_code, child_key
)

select
    due.la_code,
    coalesce(team.team_name, 'team not known') as team,
    coalesce(left(due.worker_key, 8), '') as worker,
    coalesce(child_ids.child_id, 'not known') as child_id,
    duty.title as what,
    due.asked_date as asked,
    due.due_date as due,
    due.working_days_left as days_left,
    due.is_overdue,
    due.indicator_code as indicator
from indicators.fct_due as due
inner join reference.duty as duty on due.duty_code = duty.duty_code
inner join marts.dim_authority as authority
    on due.la_code = authority.la_code and due.month_end_date = authority.as_at_date
left join marts.dim_team as team on due.team_key = team.team_key
left join child_ids on due.la_code = child_ids.la_code and due.child_key = child_ids.child_key
where due.is_overdue or due.working_days_left <= $working_days
order by
    due.la_code, team, worker, due.due_date nulls first, what, child_id, due.due_key
