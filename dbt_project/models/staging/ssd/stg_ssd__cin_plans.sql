{% set content = [
    'cinp_cin_plan_id',
    'cinp_referral_id',
    'cinp_person_id',
    'cinp_cin_plan_start_date',
    'cinp_cin_plan_end_date',
    'cinp_cin_plan_team',
    'cinp_cin_plan_worker_id',
] %}
{% set dates = {
    'start_date': 'cin_plans.cinp_cin_plan_start_date',
    'end_date': 'cin_plans.cinp_cin_plan_end_date',
} %}

with

cin_plans as (
    select * from {{ source('ssd', 'ssd_cin_plans') }}
),

final as (
    select
        {{ technical_columns('ssd', 'cin_plans') }},
        cin_plans._child_key as child_key,
        {{ record_id('cin_plans', 'cinp_cin_plan_id', content) }} as record_id,
        {{ clean_id('cin_plans.cinp_cin_plan_id') }} as cin_plan_id,
        {{ clean_id('cin_plans.cinp_referral_id') }} as referral_id,
        {{ clean_date('cin_plans.cinp_cin_plan_start_date') }} as start_date,
        {{ clean_date('cin_plans.cinp_cin_plan_end_date') }} as end_date,
        {{ clean_id('cin_plans.cinp_cin_plan_team') }} as team,
        cin_plans.cinp_cin_plan_worker_id as worker_key,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        cast(null as string) as unknown_codes
    from cin_plans
)

select * from final
