with

episodes as (
    select * from {{ ref('int_missing_episodes_merged') }}
),

circumstances as (
    select * from {{ ref('int_circumstances_resolved') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
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
        episodes.interview_offered_at,
        {{ hours_between('episodes.returned_at', 'episodes.interview_offered_at') }}
            as offer_hours_from_return,
        episodes.interview_held_at,
        {{ hours_between('episodes.returned_at', 'episodes.interview_held_at') }}
            as interview_hours_from_return,
        episodes.is_interview_independent,
        episodes.missing_reason_code,
        coalesce(circumstances.is_looked_after, false) as is_looked_after,
        coalesce(circumstances.is_unaccompanied, false) as is_unaccompanied,
        circumstances.legal_status_code,
        circumstances.placement_type_code,
        {{ age_years('persons.birth_date', 'episodes.start_date') }} as age_years,
        cast(
            floor(
                {{ days_between(
                    'episodes.start_date',
                    birthday('persons.birth_date', rule('adult_age', 'episodes.start_date'))
                ) }} / 7.0
            ) as integer
        ) as weeks_to_18,
        coalesce(circumstances.team_key, {{ unknown_team_key('episodes.la_code') }}) as team_key,
        localities.locality_key,
        episodes.load_id,
        episodes.source_file,
        episodes.row_number
    from episodes
    left join repeats
        on episodes.missing_episode_key = repeats.missing_episode_key
    left join circumstances
        on {{ same_child_at('episodes', 'circumstances', 'episodes.start_date') }}
    left join persons
        on {{ same_child('episodes', 'persons') }}
    {{ join_locality('episodes', 'episodes.start_date') }}
)

select * from final
