-- HLT-10: of the children with a scored questionnaire, those with a score that gives cause for
-- concern.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'HLT-10'
),

final as (
    select
        {{ cla_month_columns(
            numerator=one_if('sdq_score >= threshold.threshold'),
            denominator='1',
            quantity='cast(sdq_score as double)',
        ) }}
    from fct_cla_month
    left join threshold on {{ holds_at('threshold', 'month_end_date') }}
    where
        is_looked_after_12_months
        and age_years between 5 and 16
        and sdq_score is not null
)

select * from final
