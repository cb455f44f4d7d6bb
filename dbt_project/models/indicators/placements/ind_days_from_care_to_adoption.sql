-- PRM-04A: of the children who left care to be adopted, the days from coming into care to the
-- adoption order.
with

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

fct_permanence_plan as (
    select * from {{ ref('fct_permanence_plan') }}
    where is_chosen
),

{{ adopted_children_days('start_date', 'end_date') }}

select * from final
