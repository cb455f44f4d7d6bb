-- WRK-04H: the workers of WRK-04; the register asks for the share of heads, not of full-time
-- equivalents.
with

ind_worker_turnover as (
    select * from {{ ref('ind_worker_turnover') }}
),

final as (
    select * from ind_worker_turnover
)

select * from final
