-- PLC-02: of children looked after for 24 months or longer, those who had that many placements
-- in the twenty-four calendar months; counted as for PLC-01.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'PLC-02'
),

final as (
    select
        {{ cla_month_columns(
            related_record_key='placement_key',
            numerator=one_if('placements_in_24_months >= threshold.threshold'),
            denominator='1',
            quantity='cast(placements_in_24_months as double)',
        ) }}
    from fct_cla_month
    left join threshold on {{ holds_at('threshold', 'month_end_date') }}
    where is_looked_after_24_months
)

select * from final
