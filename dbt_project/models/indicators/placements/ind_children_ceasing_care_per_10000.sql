-- CLA-04R: the children of CLA-04, by the population.
with

ind_children_ceasing_care as (
    select * from {{ ref('ind_children_ceasing_care') }}
),

final as (
    select * from ind_children_ceasing_care
)

select * from final
