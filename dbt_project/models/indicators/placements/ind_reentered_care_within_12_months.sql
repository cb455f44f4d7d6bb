-- CLA-09: of the children who came into care, those who had left it in the twelve months before.
-- Care that another authority took over, and short breaks, are not care that was left.
with

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

final as (
    select
        {{ care_start_columns(
            numerator=one_if('previous_end_date >= ' ~ add_months('start_date', -12)),
            denominator='1',
        ) }}
    from fct_period_of_care
    where is_counted_start
)

select * from final
