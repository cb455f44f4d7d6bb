-- S47-01R: the enquiries of S47-01; the register divides them by the children who live there.
with

ind_s47_enquiries_started as (
    select * from {{ ref('ind_s47_enquiries_started') }}
),

final as (
    select * from ind_s47_enquiries_started
)

select * from final
