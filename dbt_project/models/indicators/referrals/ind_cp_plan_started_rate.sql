-- CPP-02R: the plans of CPP-02; the register divides them by the children who live there.
with

ind_cp_plans_started as (
    select * from {{ ref('ind_cp_plans_started') }}
),

final as (
    select * from ind_cp_plans_started
)

select * from final
