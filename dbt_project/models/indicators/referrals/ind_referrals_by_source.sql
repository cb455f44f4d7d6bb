-- REF-02: the referrals of REF-01; the register asks for the share of each value of a breakdown.
with

ind_referrals_received as (
    select * from {{ ref('ind_referrals_received') }}
),

final as (
    select * from ind_referrals_received
)

select * from final
