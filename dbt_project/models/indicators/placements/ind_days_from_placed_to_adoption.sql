-- PRM-04P: of the children who left care to be adopted, the days from living with the adopters
-- to the adoption order.
with

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

fct_permanence_plan as (
    select * from {{ ref('fct_permanence_plan') }}
    where is_chosen
),

{{ adopted_children_days('placed_date', 'end_date') }}

select * from final
