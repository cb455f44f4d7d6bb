-- CON-02: the contacts of CON-01; the register divides them by the children who live there.
with

ind_contacts_received as (
    select * from {{ ref('ind_contacts_received') }}
),

final as (
    select * from ind_contacts_received
)

select * from final
