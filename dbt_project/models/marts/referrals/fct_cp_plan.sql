with

plans as (
    select * from {{ ref('int_cp_plans_conformed') }}
),

conferences as (
    select * from {{ ref('int_initial_conferences_conformed') }}
),

referrals as (
    select * from {{ ref('int_referrals_conformed') }}
),

earlier_plans as (
    select * from {{ ref('int_earlier_plans_matched') }}
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
        plans.record_key as cp_plan_key,
        plans.la_code,
        plans.child_key,
        referrals.record_key as referral_key,
        conferences.record_key as initial_conference_key,
        plans.start_date,
        plans.end_date,
        plans.initial_category_code,
        plans.latest_category_code,
        coalesce(plans.is_other_authority, false) as is_other_authority,
        earlier_plans.has_earlier_plan,
        earlier_plans.previous_plan_end_date,
        {{ age_years('persons.birth_date', 'plans.start_date') }} as age_years,
        {{ age_years('persons.birth_date', 'plans.end_date') }} as age_at_end_years,
        coalesce(teams.team_key, {{ unknown_team_key('plans.la_code') }}) as team_key,
        localities.locality_key,
        plans.load_id,
        plans.source_file,
        plans.row_number
    from plans
    inner join earlier_plans
        on plans.record_key = earlier_plans.record_key
    left join conferences
        on
            plans.la_code = conferences.la_code
            and plans.source_system = conferences.source_system
            and plans.child_key = conferences.child_key
            and plans.initial_conference_id = conferences.initial_conference_id
    left join referrals
        on
            plans.la_code = referrals.la_code
            and plans.source_system = referrals.source_system
            and plans.child_key = referrals.child_key
            and plans.referral_id = referrals.referral_id
    left join persons
        on {{ same_child('plans', 'persons') }}
    left join teams
        on
            referrals.la_code = teams.la_code
            and {{ match_text('referrals.team') }} = teams.team_text
    {{ join_locality('plans', 'plans.start_date') }}
)

select * from final
