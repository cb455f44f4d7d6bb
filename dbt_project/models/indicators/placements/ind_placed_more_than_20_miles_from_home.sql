-- PLC-05: of all children looked after at the month end, those placed farther away than the
-- threshold. An unknown distance is not far, as published.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'PLC-05'
),

final as (
    select
        {{ cla_month_columns(
            related_record_key='placement_key',
            numerator='case when distance_miles > threshold.threshold then 1 else 0 end',
            denominator='1',
            quantity='distance_miles',
        ) }}
    from fct_cla_month
    left join threshold on {{ holds_at('threshold', 'month_end_date') }}
    where is_looked_after
)

select * from final
