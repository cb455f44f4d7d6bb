-- CIN-01R: the children of CIN-01; the register divides them by the children who live there.
with

ind_children_in_need as (
    select * from {{ ref('ind_children_in_need') }}
),

final as (
    select * from ind_children_in_need
)

select * from final
