-- CLA-02: the children of CLA-01, by the population.
with

ind_children_looked_after as (
    select * from {{ ref('ind_children_looked_after') }}
),

final as (
    select * from ind_children_looked_after
)

select * from final
