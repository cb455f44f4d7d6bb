with

month_ends as (
    select * from {{ ref('int_month_ends') }}
),

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

-- Type M alone: overlapping spells of it are one episode, so a child has at most one open.
open_episodes as (
    select
        episodes.*,
        month_ends.month_end_date,
        {{ age_years('persons.birth_date', 'month_ends.month_end_date') }} as age_years
    from month_ends
    inner join episodes
        on
            month_ends.la_code = episodes.la_code
            and {{ is_open_at('episodes.start_date', 'episodes.end_date',
                              'month_ends.month_end_date') }}
    left join persons
        on {{ same_child('episodes', 'persons') }}
    where
        episodes.missing_type_code = 'M'
        and (persons.death_date is null or persons.death_date > month_ends.month_end_date)
),

final as (
    select
        {{ hash_key([
            'open_episodes.la_code', 'open_episodes.child_key', 'open_episodes.month_end_date'
        ]) }} as missing_month_key,
        open_episodes.la_code,
        open_episodes.child_key,
        open_episodes.month_end_date,
        open_episodes.missing_episode_key,
        open_episodes.start_date,
        coalesce(circumstances.is_looked_after, false) as is_looked_after,
        coalesce(circumstances.is_unaccompanied, false) as is_unaccompanied,
        circumstances.legal_status_code,
        circumstances.placement_type_code,
        open_episodes.age_years,
        coalesce(circumstances.team_key, {{ unknown_team_key('open_episodes.la_code') }})
            as team_key,
        localities.locality_key,
        open_episodes.load_id,
        open_episodes.source_file,
        open_episodes.row_number
    from open_episodes
    left join circumstances
        on {{ same_child_at('open_episodes', 'circumstances', 'open_episodes.month_end_date') }}
    {{ join_locality('open_episodes', 'open_episodes.month_end_date') }}
    where
        coalesce(
            open_episodes.age_years < {{ rule('adult_age', 'open_episodes.month_end_date') }}, true
        )
)

select * from final
