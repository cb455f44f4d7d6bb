with

assessments as (
    select * from {{ ref('int_assessments_conformed') }}
),

referrals as (
    select * from {{ ref('int_referrals_conformed') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

teams as (
    select * from {{ ref('int_teams_matched') }}
),

dates as (
    select * from {{ ref('dim_date') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

final as (
    select
        assessments.record_key as assessment_key,
        assessments.la_code,
        assessments.child_key,
        referrals.record_key as referral_key,
        referrals.referral_date,
        assessments.start_date,
        assessments.authorised_date,
        least(
            coalesce(assessments.authorised_date, persons.death_date),
            coalesce(persons.death_date, assessments.authorised_date)
        ) as open_until_date,
        case
            when assessments.start_date <= assessments.authorised_date
                then authorised_days.working_day_number - start_days.working_day_number
        end as working_days_from_start,
        case
            when referrals.referral_date <= assessments.authorised_date
                then authorised_days.working_day_number - referral_days.working_day_number
        end as working_days_from_referral,
        assessments.is_child_seen,
        assessments.is_no_further_action,
        coalesce(
            persons.birth_date > coalesce(assessments.authorised_date, assessments.start_date), false
        ) as is_unborn,
        {{ age_years(
            'persons.birth_date',
            'coalesce(assessments.authorised_date, assessments.start_date)'
        ) }} as age_years,
        coalesce(teams.team_key, {{ unknown_team_key('assessments.la_code') }}) as team_key,
        assessments.worker_key,
        localities.locality_key,
        assessments.load_id,
        assessments.source_file,
        assessments.row_number
    from assessments
    left join referrals
        on
            assessments.la_code = referrals.la_code
            and assessments.source_system = referrals.source_system
            and assessments.child_key = referrals.child_key
            and assessments.referral_id = referrals.referral_id
    left join dates as start_days
        on assessments.start_date = start_days.date_day
    left join dates as authorised_days
        on assessments.authorised_date = authorised_days.date_day
    left join dates as referral_days
        on referrals.referral_date = referral_days.date_day
    left join persons
        on {{ same_child('assessments', 'persons') }}
    left join teams
        on
            assessments.la_code = teams.la_code
            and {{ match_text('assessments.team') }} = teams.team_text
    {{ join_locality(
        'assessments', 'coalesce(assessments.authorised_date, assessments.start_date)'
    ) }}
)

select * from final
