-- UASC-01R: the children of UASC-01, by the population.
with

ind_unaccompanied_children_looked_after as (
    select * from {{ ref('ind_unaccompanied_children_looked_after') }}
),

final as (
    select * from ind_unaccompanied_children_looked_after
)

select * from final
