with

plans as (
    select * from {{ ref('int_cin_plans_conformed') }}
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
        plans.record_key as cin_plan_key,
        plans.la_code,
        plans.child_key,
        referrals.record_key as referral_key,
        plans.start_date,
        plans.end_date,
        {{ age_years('persons.birth_date', 'plans.start_date') }} as age_years,
        coalesce(teams.team_key, {{ unknown_team_key('plans.la_code') }}) as team_key,
        localities.locality_key,
        plans.load_id,
        plans.source_file,
        plans.row_number
    from plans
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
            plans.la_code = teams.la_code
            and {{ match_text('plans.team') }} = teams.team_text
    {{ join_locality('plans', 'plans.start_date') }}
)

select * from final
