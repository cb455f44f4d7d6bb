-- PRM-04: of the children who left care to be adopted, the days from coming into care to living
-- with the adopters.
with

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

fct_permanence_plan as (
    select * from {{ ref('fct_permanence_plan') }}
    where is_chosen
),

{{ adopted_children_days('start_date', 'placed_date') }}

select * from final
