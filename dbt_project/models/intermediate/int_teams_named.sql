-- What a team is called where a release is read: its name if it is one (macro is_team_name), else a
-- number made of its key. What the council calls it comes before either, see dim_team.
with

teams as (
    select * from {{ ref('int_teams_conformed') }}
),

final as (
    select
        record_key as team_key,
        la_code,
        team_id,
        parent_team_id,
        team_name as received_name,
        case
            when {{ is_team_name('team_name') }} then team_name
            else 'Team ' || substr(record_key, 1, 6)
        end as team_name
    from teams
)

select * from final
