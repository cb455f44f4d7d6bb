{{ config(materialized='ephemeral') }}

with

plans as (
    select * from {{ ref('int_cp_plans_conformed') }}
),

counted_plans as (
    select * from {{ ref('int_previous_plans_counted') }}
),

-- Plans of this authority that started on an earlier day, ever (CPP-04).
earlier_plans as (
    select
        plans.record_key,
        max(other_plans.end_date) as previous_plan_end_date
    from plans
    inner join plans as other_plans
        on
            {{ same_child('plans', 'other_plans') }}
            and plans.start_date > other_plans.start_date
    where not coalesce(other_plans.is_other_authority, false)
    group by plans.record_key
),

final as (
    select
        plans.record_key,
        earlier_plans.record_key is not null
        or coalesce(counted_plans.has_earlier_plan, false) as has_earlier_plan,
        earlier_plans.previous_plan_end_date
    from plans
    left join earlier_plans
        on plans.record_key = earlier_plans.record_key
    left join counted_plans
        on plans.record_key = counted_plans.record_key
)

select * from final
