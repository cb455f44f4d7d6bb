-- CLA-03R: the children of CLA-03, by the population.
with

ind_children_starting_care as (
    select * from {{ ref('ind_children_starting_care') }}
),

final as (
    select * from ind_children_starting_care
)

select * from final
