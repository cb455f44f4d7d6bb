-- PLC-05B: of all children looked after at the month end, those placed farther away than the
-- threshold, in another authority than their home was in. What is not known is neither.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'PLC-05B'
),

final as (
    select
        {{ cla_month_columns(
            related_record_key='placement_key',
            numerator=one_if('distance_miles > threshold.threshold and not is_in_home_authority'),
            denominator='1',
        ) }}
    from fct_cla_month
    left join threshold on {{ holds_at('threshold', 'month_end_date') }}
    where is_looked_after
)

select * from final
