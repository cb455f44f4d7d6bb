-- One row per issue that fails now: the team and worker whose it is.
update analyst.dq.issue as issue
set owner_team = owners.team_name, worker_key = owners.worker_key
from (
    with

    assignments as (
        select
            la_code,
            child_key,
            team,
            worker_key,
            start_date,
            end_date,
            case
                when
                    upper(role_code) = 'IRO'
                    or upper(role_code) like '%REVIEWING%'
                    or upper(role_code) like '%CHAIR%'
                    then 3
                else 1
            end as preference,
            record_key
        from intermediate.int_involvements_conformed
        where start_date is not null
        union all
        select
            la_code,
            child_key,
            team,
            worker_key,
            referral_date as start_date,
            null as end_date,
            2 as preference,
            record_key
        from intermediate.int_referrals_conformed
        where referral_date is not null
    ),

    ranked as (
        select
            event.issue_key,
            event.la_code,
            coalesce(event.team, assignment.team) as team,
            coalesce(event.worker_key, assignment.worker_key) as worker_key,
            row_number() over (
                partition by event.issue_key
                order by
                    assignment.preference asc nulls last,
                    assignment.start_date desc,
                    assignment.record_key desc
            ) as place
        from issue_event as event
        left join assignments as assignment
            on
                event.la_code = assignment.la_code
                and event.child_key = assignment.child_key
                and assignment.start_date <= event.event_date
                and (assignment.end_date is null or assignment.end_date > event.event_date)
    )

    select
        ranked.issue_key,
        max(team.team_name) as team_name,
        max(ranked.worker_key) as worker_key
    from ranked
    left join intermediate.int_teams_matched as matched
        on
            ranked.la_code = matched.la_code
            and lower(trim(ranked.team)) = matched.team_text
    left join analyst.marts.dim_team as team on matched.team_key = team.team_key
    where ranked.place = 1
    group by ranked.issue_key
) as owners
where issue.issue_key = owners.issue_key
