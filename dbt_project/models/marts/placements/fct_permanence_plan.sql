with

plans as (
    select * from {{ ref('int_permanence_plans_conformed') }}
),

periods as (
    select * from {{ ref('int_periods_of_care_merged') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

-- The last step before the order says in which period of care it was, the earlier where one ends
-- and the next begins that day; the id of one is not looked at, as everywhere.
dated_plans as (
    select
        *,
        coalesce(placed_date, matched_date, placement_order_date, decision_date) as last_step_date
    from plans
),

matched_plans as (
    select
        dated_plans.*,
        periods.period_of_care_key,
        localities.locality_key,
        row_number() over (
            partition by dated_plans.record_key order by periods.start_date
        ) as period_number
    from dated_plans
    left join periods
        on
            dated_plans.la_code = periods.la_code
            and dated_plans.child_key = periods.child_key
            and dated_plans.last_step_date >= periods.start_date
            and (periods.end_date is null or dated_plans.last_step_date <= periods.end_date)
    {{ join_locality('dated_plans', 'dated_plans.decision_date') }}
),

placed_plans as (
    select
        *,
        row_number() over (
            partition by period_of_care_key
            order by
                case when reversed_date is null then 0 else 1 end,
                decision_date desc nulls last,
                permanence_plan_id desc nulls last,
                record_key desc
        ) as choice_number
    from matched_plans
    where period_number = 1
),

final as (
    select
        record_key as permanence_plan_key,
        la_code,
        child_key,
        period_of_care_key,
        coalesce(period_of_care_key is not null and choice_number = 1, false) as is_chosen,
        decision_date,
        placement_order_date,
        matched_date,
        placed_date,
        reversed_date,
        order_date,
        is_part_of_sibling_group,
        siblings_placed_together_count,
        siblings_placed_apart_count,
        locality_key,
        load_id,
        source_file,
        row_number
    from placed_plans
)

select * from final
