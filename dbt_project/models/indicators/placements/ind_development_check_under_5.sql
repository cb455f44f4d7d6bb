-- HLT-07: of the children under five looked after for twelve months or longer, those whose
-- development was checked in them.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ cla_month_columns(
            numerator=one_if('has_development_check'),
            denominator='1',
        ) }}
    from fct_cla_month
    where
        is_looked_after_12_months
        and age_years < 5
)

select * from final
