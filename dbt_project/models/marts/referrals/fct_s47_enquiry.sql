with

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

localities as (
    select * from {{ ref('int_child_localities') }}
),

final as (
    select
        enquiries.record_key as s47_enquiry_key,
        enquiries.la_code,
        enquiries.child_key,
        referrals.record_key as referral_key,
        enquiries.start_date,
        enquiries.end_date,
        enquiries.is_no_further_action,
        {{ age_years('persons.birth_date', 'enquiries.start_date') }} as age_years,
        coalesce(teams.team_key, {{ unknown_team_key('enquiries.la_code') }}) as team_key,
        enquiries.worker_key,
        localities.locality_key,
        enquiries.load_id,
        enquiries.source_file,
        enquiries.row_number
    from enquiries
    left join referrals
        on
            enquiries.la_code = referrals.la_code
            and enquiries.source_system = referrals.source_system
            and enquiries.child_key = referrals.child_key
            and enquiries.referral_id = referrals.referral_id
    left join persons
        on {{ same_child('enquiries', 'persons') }}
    left join teams
        on
            enquiries.la_code = teams.la_code
            and {{ match_text('enquiries.team') }} = teams.team_text
    {{ join_locality('enquiries', 'enquiries.start_date') }}
)

select * from final
