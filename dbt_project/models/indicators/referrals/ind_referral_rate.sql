-- REF-01R: the referrals of REF-01; the register divides them by the children who live there.
with

ind_referrals_received as (
    select * from {{ ref('ind_referrals_received') }}
),

final as (
    select * from ind_referrals_received
)

select * from final
