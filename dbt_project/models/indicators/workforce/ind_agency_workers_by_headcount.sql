-- WRK-02H: the workers of WRK-02; the register asks for the share of heads, not of full-time
-- equivalents.
with

ind_agency_workers as (
    select * from {{ ref('ind_agency_workers') }}
),

final as (
    select * from ind_agency_workers
)

select * from final
