with

steps as (
    select * from {{ ref('int_pre_proceedings_conformed') }}
),

referrals as (
    select * from {{ ref('int_referrals_conformed') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

final as (
    select
        steps.record_key as pre_proceedings_key,
        steps.la_code,
        steps.child_key,
        referrals.record_key as referral_key,
        steps.start_date,
        steps.letter_sent_date,
        steps.is_family_group_offered,
        steps.is_family_group_held,
        steps.first_meeting_date,
        steps.review_meeting_count,
        steps.decision_date,
        steps.court_application_date,
        localities.locality_key,
        steps.load_id,
        steps.source_file,
        steps.row_number
    from steps
    left join referrals
        on
            steps.la_code = referrals.la_code
            and steps.source_system = referrals.source_system
            and steps.child_key = referrals.child_key
            and steps.referral_id = referrals.referral_id
    {{ join_locality('steps', 'steps.start_date') }}
)

select * from final
