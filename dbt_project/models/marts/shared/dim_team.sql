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

council_team as (
    select
        council_team.la_code,
        {{ match_text('council_team.team') }} as team_text,
        council_team.team_name,
        council_team.parent_team_name
    from {{ ref('council_team') }} as council_team
    inner join authorities
        on
            council_team.la_code = authorities.la_code
            and {{ holds_at('council_team', 'authorities.as_at_date') }}
),

-- What the council calls a team, by its id before its name.
named_teams as (
    select
        teams.team_key,
        teams.la_code,
        coalesce(by_id.team_name, by_name.team_name, teams.team_name) as team_name,
        coalesce(
            by_id.parent_team_name, by_name.parent_team_name, parent_teams.team_name
        ) as parent_team_name
    from teams
    left join council_team as by_id
        on
            teams.la_code = by_id.la_code
            and {{ match_text('teams.team_id') }} = by_id.team_text
    left join council_team as by_name
        on
            teams.la_code = by_name.la_code
            and {{ match_text('teams.received_name') }} = by_name.team_text
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
