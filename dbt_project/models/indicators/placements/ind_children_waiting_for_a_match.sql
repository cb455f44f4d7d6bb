-- PRM-09: children looked after for whom adoption has been decided and not reversed, and who have
-- neither been matched with adopters nor placed with them by the end of the month.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

fct_permanence_plan as (
    select * from {{ ref('fct_permanence_plan') }}
    where is_chosen
),

waiting as (
    select
        fct_cla_month.*,
        fct_permanence_plan.permanence_plan_key
    from fct_cla_month
    inner join fct_permanence_plan
        on
            fct_cla_month.period_of_care_key = fct_permanence_plan.period_of_care_key
            and fct_permanence_plan.decision_date <= fct_cla_month.month_end_date
            and coalesce(fct_permanence_plan.matched_date > fct_cla_month.month_end_date, true)
            and coalesce(fct_permanence_plan.placed_date > fct_cla_month.month_end_date, true)
            and coalesce(fct_permanence_plan.reversed_date > fct_cla_month.month_end_date, true)
    where fct_cla_month.is_looked_after
),

final as (
    select
        {{ cla_month_columns(related_record_key='permanence_plan_key') }}
    from waiting
)

select * from final
