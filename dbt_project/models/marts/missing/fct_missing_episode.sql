with

episodes as (
    select * from {{ ref('int_missing_episodes_merged') }}
),

periods as (
    select * from {{ ref('int_periods_of_care_merged') }}
),

legal_statuses as (
    select * from {{ ref('int_legal_statuses_resolved') }}
),

placements as (
    select * from {{ ref('int_placements_resolved') }}
),

unaccompanied_statuses as (
    select * from {{ ref('int_unaccompanied_statuses_resolved') }}
),

teams as (
    select * from {{ ref('int_teams_resolved') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

-- The 90 days that end with the episode's first one.
repeats as (
    select
        episodes.missing_episode_key,
        cast(count(*) as integer) as episodes_in_90_days
    from episodes
    inner join episodes as recent_episodes
        on
            episodes.la_code = recent_episodes.la_code
            and episodes.child_key = recent_episodes.child_key
            and episodes.missing_type_code = recent_episodes.missing_type_code
            and episodes.start_date >= recent_episodes.start_date
            and {{ add_days('episodes.start_date', -89) }} <= recent_episodes.start_date
    group by episodes.missing_episode_key
),

final as (
    select
        episodes.missing_episode_key,
        episodes.la_code,
        episodes.child_key,
        episodes.missing_type_code,
        episodes.start_at,
        episodes.end_at,
        episodes.start_date,
        episodes.end_date,
        episodes.spell_count,
        {{ hours_between('episodes.start_at', 'episodes.end_at') }} as duration_hours,
        coalesce(repeats.episodes_in_90_days, 1) as episodes_in_90_days,
        episodes.is_interview_required,
        episodes.is_interview_offered,
        episodes.is_interview_accepted,
        episodes.is_interview_declined,
        episodes.interview_held_at,
        {{ hours_between('episodes.returned_at', 'episodes.interview_held_at') }}
            as interview_hours_from_return,
        episodes.is_interview_independent,
        episodes.missing_reason_code,
        periods.child_key is not null
        and not {{ is_short_break('legal_statuses.legal_status_code') }} as is_looked_after,
        unaccompanied_statuses.child_key is not null as is_unaccompanied,
        legal_statuses.legal_status_code,
        placements.placement_type_code,
        {{ age_years('persons.birth_date', 'episodes.start_date') }} as age_years,
        cast(
            floor(
                {{ days_between('episodes.start_date', birthday('persons.birth_date', 18)) }} / 7.0
            ) as integer
        ) as weeks_to_18,
        coalesce(teams.team_key, {{ unknown_team_key('episodes.la_code') }}) as team_key,
        episodes.load_id,
        episodes.source_file,
        episodes.row_number
    from episodes
    left join repeats
        on episodes.missing_episode_key = repeats.missing_episode_key
    left join periods
        on
            episodes.la_code = periods.la_code
            and episodes.child_key = periods.child_key
            and {{ is_open_at('periods.start_date', 'periods.end_date',
                              'episodes.start_date') }}
    left join legal_statuses
        on
            episodes.la_code = legal_statuses.la_code
            and episodes.child_key = legal_statuses.child_key
            and {{ is_open_at('legal_statuses.start_date', 'legal_statuses.end_date',
                              'episodes.start_date') }}
    left join placements
        on
            episodes.la_code = placements.la_code
            and episodes.child_key = placements.child_key
            and {{ is_open_at('placements.start_date', 'placements.end_date',
                              'episodes.start_date') }}
    left join unaccompanied_statuses
        on
            episodes.la_code = unaccompanied_statuses.la_code
            and episodes.child_key = unaccompanied_statuses.child_key
            and {{ is_open_at(
                'unaccompanied_statuses.start_date',
                'unaccompanied_statuses.end_date',
                'episodes.start_date'
            ) }}
    left join teams
        on
            episodes.la_code = teams.la_code
            and episodes.child_key = teams.child_key
            and {{ is_open_at('teams.start_date', 'teams.end_date',
                              'episodes.start_date') }}
    left join persons
        on
            episodes.la_code = persons.la_code
            and episodes.child_key = persons.child_key
)

select * from final
