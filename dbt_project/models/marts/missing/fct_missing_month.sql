with

month_ends as (
    select * from {{ ref('int_month_ends') }}
),

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
        on
            episodes.la_code = persons.la_code
            and episodes.child_key = persons.child_key
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
        periods.child_key is not null
        and not {{ is_short_break('legal_statuses.legal_status_code') }} as is_looked_after,
        unaccompanied_statuses.child_key is not null as is_unaccompanied,
        legal_statuses.legal_status_code,
        placements.placement_type_code,
        open_episodes.age_years,
        coalesce(teams.team_key, {{ unknown_team_key('open_episodes.la_code') }}) as team_key,
        open_episodes.load_id,
        open_episodes.source_file,
        open_episodes.row_number
    from open_episodes
    left join periods
        on
            open_episodes.la_code = periods.la_code
            and open_episodes.child_key = periods.child_key
            and {{ is_open_at('periods.start_date', 'periods.end_date',
                              'open_episodes.month_end_date') }}
    left join legal_statuses
        on
            open_episodes.la_code = legal_statuses.la_code
            and open_episodes.child_key = legal_statuses.child_key
            and {{ is_open_at('legal_statuses.start_date', 'legal_statuses.end_date',
                              'open_episodes.month_end_date') }}
    left join placements
        on
            open_episodes.la_code = placements.la_code
            and open_episodes.child_key = placements.child_key
            and {{ is_open_at('placements.start_date', 'placements.end_date',
                              'open_episodes.month_end_date') }}
    left join unaccompanied_statuses
        on
            open_episodes.la_code = unaccompanied_statuses.la_code
            and open_episodes.child_key = unaccompanied_statuses.child_key
            and {{ is_open_at(
                'unaccompanied_statuses.start_date',
                'unaccompanied_statuses.end_date',
                'open_episodes.month_end_date'
            ) }}
    left join teams
        on
            open_episodes.la_code = teams.la_code
            and open_episodes.child_key = teams.child_key
            and {{ is_open_at('teams.start_date', 'teams.end_date',
                              'open_episodes.month_end_date') }}
    where coalesce(open_episodes.age_years < 18, true)
)

select * from final
