-- CPP-01R: the children of CPP-01; the register divides them by the children who live there.
with

ind_children_on_cp_plan as (
    select * from {{ ref('ind_children_on_cp_plan') }}
),

final as (
    select * from ind_children_on_cp_plan
)

select * from final
