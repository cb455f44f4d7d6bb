with

conferences as (
    select * from {{ ref('int_initial_conferences_conformed') }}
),

enquiries as (
    select * from {{ ref('int_s47_enquiries_conformed') }}
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
        conferences.record_key as initial_conference_key,
        conferences.la_code,
        conferences.child_key,
        referrals.record_key as referral_key,
        enquiries.record_key as s47_enquiry_key,
        enquiries.start_date as s47_start_date,
        conferences.conference_date,
        conferences.target_date,
        case
            when enquiries.start_date <= conferences.conference_date
                then conference_days.working_day_number - start_days.working_day_number
        end as working_days_from_s47,
        coalesce(conferences.is_transfer_in, false) as is_transfer_in,
        conferences.is_cp_plan_outcome,
        {{ age_years('persons.birth_date', 'conferences.conference_date') }} as age_years,
        coalesce(teams.team_key, {{ unknown_team_key('conferences.la_code') }}) as team_key,
        conferences.worker_key,
        localities.locality_key,
        conferences.load_id,
        conferences.source_file,
        conferences.row_number
    from conferences
    left join enquiries
        on
            conferences.la_code = enquiries.la_code
            and conferences.source_system = enquiries.source_system
            and conferences.child_key = enquiries.child_key
            and conferences.s47_enquiry_id = enquiries.s47_enquiry_id
    left join referrals
        on
            conferences.la_code = referrals.la_code
            and conferences.source_system = referrals.source_system
            and conferences.child_key = referrals.child_key
            and conferences.referral_id = referrals.referral_id
    left join dates as start_days
        on enquiries.start_date = start_days.date_day
    left join dates as conference_days
        on conferences.conference_date = conference_days.date_day
    left join persons
        on {{ same_child('conferences', 'persons') }}
    left join teams
        on
            conferences.la_code = teams.la_code
            and {{ match_text('conferences.team') }} = teams.team_text
    {{ join_locality('conferences', 'conferences.conference_date') }}
)

select * from final
