-- CPP-03R: the plans of CPP-03; the register divides them by the children who live there.
with

ind_cp_plans_ended as (
    select * from {{ ref('ind_cp_plans_ended') }}
),

final as (
    select * from ind_cp_plans_ended
)

select * from final
