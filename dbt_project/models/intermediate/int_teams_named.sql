-- What a team is called where a release is read: its name if it is one (macro is_team_name) or the
-- council says so in its crosswalk file, else a number made of its key.
with

teams as (
    select * from {{ ref('int_teams_conformed') }}
),

council_names as (
    select *
    from {{ source('crosswalk', 'council_code') }}
    where code_set = 'team_name'
),

final as (
    select
        teams.record_key as team_key,
        teams.la_code,
        teams.team_id,
        teams.parent_team_id,
        case
            when council_names.code is not null then council_names.code
            when {{ is_team_name('teams.team_name') }} then teams.team_name
            else 'Team ' || substr(teams.record_key, 1, 6)
        end as team_name
    from teams
    left join council_names
        on
            teams.la_code = council_names.la_code
            and {{ compared('teams.team_name') }} = council_names.alias
)

select * from final
