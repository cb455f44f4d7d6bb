-- HLT-11: of the children looked after for twelve months or longer, those with substance misuse
-- recorded in them.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ cla_month_columns(
            numerator=one_if('has_substance_misuse'),
            denominator='1',
        ) }}
    from fct_cla_month
    where is_looked_after_12_months
)

select * from final
