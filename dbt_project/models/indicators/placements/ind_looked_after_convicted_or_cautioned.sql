-- YJ-01: of the children of 10 to 17 looked after for twelve months or longer, those convicted
-- or cautioned in the twelve months. Under ten nobody can be.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ cla_month_columns(
            numerator=one_if('has_conviction'),
            denominator='1',
        ) }}
    from fct_cla_month
    where
        is_looked_after_12_months
        and age_years >= 10
)

select * from final
