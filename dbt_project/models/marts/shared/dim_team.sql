with

teams as (
    select * from {{ ref('int_teams_named') }}
),

authorities as (
    select * from {{ ref('int_authorities') }}
),

parent_teams as (
    select
        la_code,
        team_id,
        max(team_name) as team_name
    from teams
    group by
        la_code,
        team_id
),

named_teams as (
    select
        teams.team_key,
        teams.la_code,
        teams.team_name,
        parent_teams.team_name as parent_team_name
    from teams
    left join parent_teams
        on
            teams.la_code = parent_teams.la_code
            and teams.parent_team_id = parent_teams.team_id
),

-- Records without a team belong to this one.
unknown_teams as (
    select
        {{ unknown_team_key('la_code') }} as team_key,
        la_code,
        'not known' as team_name,
        cast(null as string) as parent_team_name
    from authorities
),

final as (
    select
        team_key,
        la_code,
        team_name,
        parent_team_name
    from named_teams

    union all

    select
        team_key,
        la_code,
        team_name,
        parent_team_name
    from unknown_teams
)

select * from final
