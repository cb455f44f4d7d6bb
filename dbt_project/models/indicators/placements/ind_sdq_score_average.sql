-- HLT-09: the scores of the children of HLT-10.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ cla_month_columns(
            quantity='cast(sdq_score as double)',
        ) }}
    from fct_cla_month
    where
        is_looked_after_12_months
        and age_years between 5 and 16
        and sdq_score is not null
)

select * from final
