-- PRM-04M: of the children who left care to be adopted, the days from the match with adopters to
-- living with them.
with

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

fct_permanence_plan as (
    select * from {{ ref('fct_permanence_plan') }}
    where is_chosen
),

{{ adopted_children_days('matched_date', 'placed_date') }}

select * from final
