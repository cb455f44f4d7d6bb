-- REF-05: the measure of REF-03; the register gives it rolling_4_weeks only.
with

ind_rereferral_within_12_months as (
    select * from {{ ref('ind_rereferral_within_12_months') }}
),

final as (
    select * from ind_rereferral_within_12_months
)

select * from final
