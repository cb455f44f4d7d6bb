{% set content = [
    'la_child_id',
    'cin_referral_date',
    'cin_plan_start_date',
    'cin_plan_end_date',
] %}
{% set dates = {
    'start_date': 'plans.cin_plan_start_date',
    'end_date': 'plans.cin_plan_end_date',
} %}

with

plans as (
    select * from {{ source('cin_census', 'cin_plans') }}
),

final as (
    select
        {{ technical_columns('cin_census', 'plans') }},
        plans._child_key as child_key,
        {{ census_record_id('plans', ['cin_referral_date', 'cin_plan_start_date'], content) }}
            as record_id,
        {{ census_link('plans', ['cin_referral_date', 'cin_plan_start_date']) }} as cin_plan_id,
        {{ census_link('plans', ['cin_referral_date']) }} as referral_id,
        {{ clean_date('plans.cin_plan_start_date') }} as start_date,
        {{ clean_date('plans.cin_plan_end_date') }} as end_date,
        cast(null as string) as team,
        cast(null as string) as worker_key,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        cast(null as string) as unknown_codes
    from plans
)

select * from final
