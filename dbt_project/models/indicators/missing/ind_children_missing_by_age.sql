-- MIS-03: the children of MIS-02; the register gives it its own age bands.
with

ind_children_missing as (
    select * from {{ ref('ind_children_missing') }}
),

final as (
    select * from ind_children_missing
)

select * from final
