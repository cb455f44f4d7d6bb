-- PRM-04D: of the children who left care to be adopted, the days from the decision that the
-- child should be adopted to the match with adopters.
with

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

fct_permanence_plan as (
    select * from {{ ref('fct_permanence_plan') }}
    where is_chosen
),

{{ adopted_children_days('decision_date', 'matched_date') }}

select * from final
