-- PLC-01: of children looked after at the month end, those who had that many placements in the
-- twelve calendar months; the fact joins placements with the same carer and leaves temporary
-- ones out.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'PLC-01'
),

final as (
    select
        {{ cla_month_columns(
            related_record_key='placement_key',
            numerator='case when placements_in_12_months >= threshold.threshold then 1 else 0 end',
            denominator='1',
            quantity='cast(placements_in_12_months as double)',
        ) }}
    from fct_cla_month
    left join threshold on {{ holds_at('threshold', 'month_end_date') }}
    where is_looked_after
)

select * from final
