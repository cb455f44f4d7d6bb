with

involvements as (
    select * from {{ ref('int_involvements_conformed') }}
),

referrals as (
    select * from {{ ref('int_referrals_conformed') }}
),

teams as (
    select * from {{ ref('int_teams_matched') }}
),

periods as (
    select * from {{ ref('int_periods_of_care_merged') }}
),

missing_episodes as (
    select * from {{ ref('int_missing_episodes_merged') }}
),

observations as (
    select * from {{ ref('int_care_leaver_observations_conformed') }}
),

placements as (
    select * from {{ ref('int_placements_conformed') }}
),

reviews as (
    select * from {{ ref('int_cla_reviews_conformed') }}
),

-- Whose teams are asked for: of those in care too, whose episodes may be missing.
children as (
    select la_code, child_key from periods
    union
    select la_code, child_key from placements
    union
    select la_code, child_key from reviews
    union
    select la_code, child_key from missing_episodes
    union
    select la_code, child_key from observations
),

-- The involvement open at the day, else the latest referral on or before it; a reviewing officer's
-- team is not the child's while another is known.
assignments as (
    select
        la_code,
        child_key,
        record_key,
        involvement_id as assignment_id,
        team,
        start_date,
        end_date,
        case when {{ is_reviewing_role('role_code') }} then 3 else 1 end as preference
    from involvements
    where start_date is not null

    union all

    select
        la_code,
        child_key,
        record_key,
        referral_id as assignment_id,
        team,
        referral_date as start_date,
        cast(null as date) as end_date,
        2 as preference
    from referrals
    where referral_date is not null
),

team_assignments as (
    select
        assignments.*,
        teams.team_key
    from assignments
    inner join children
        on {{ same_child('assignments', 'children') }}
    inner join teams
        on
            assignments.la_code = teams.la_code
            and {{ match_text('assignments.team') }} = teams.team_text
),

{{ choose_open_record(
    'team_assignments',
    ['team_key'],
    'open_records.preference asc, open_records.start_date desc, '
    ~ 'open_records.assignment_id desc nulls last, open_records.record_key desc'
) }},

final as (
    select
        la_code,
        child_key,
        start_date,
        end_date,
        team_key
    from chosen_records
)

select * from final
