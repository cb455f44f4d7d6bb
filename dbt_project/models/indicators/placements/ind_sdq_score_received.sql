-- HLT-08: of the children of 5 to 16 looked after for twelve months or longer, those with a
-- questionnaire scored in them.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ cla_month_columns(
            numerator=one_if('sdq_score is not null'),
            denominator='1',
        ) }}
    from fct_cla_month
    where
        is_looked_after_12_months
        and age_years between 5 and 16
)

select * from final
