-- CPP-10: the children of CPP-01; the register asks for the share of each value of a breakdown.
with

ind_children_on_cp_plan as (
    select * from {{ ref('ind_children_on_cp_plan') }}
),

final as (
    select * from ind_children_on_cp_plan
)

select * from final
