-- CIN-02: the children of CIN-01; the register asks for the share of each value of a breakdown.
with

ind_children_in_need as (
    select * from {{ ref('ind_children_in_need') }}
),

final as (
    select * from ind_children_in_need
)

select * from final
