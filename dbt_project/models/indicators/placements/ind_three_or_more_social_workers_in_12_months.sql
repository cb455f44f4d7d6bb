-- PLC-12: of the children looked after, those who had that many different social workers in the
-- twelve calendar months, the time before care included.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'PLC-12'
),

final as (
    select
        {{ cla_month_columns(
            numerator=one_if('social_workers_in_12_months >= threshold.threshold'),
            denominator='1',
            quantity='cast(social_workers_in_12_months as double)',
        ) }}
    from fct_cla_month
    left join threshold on {{ holds_at('threshold', 'month_end_date') }}
    where is_looked_after
)

select * from final
