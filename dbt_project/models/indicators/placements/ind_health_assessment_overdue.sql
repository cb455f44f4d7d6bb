-- HLT-04: of the children for whom a health assessment was due, those without one in that time.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ cla_month_columns(
            numerator=one_if('is_health_assessment_overdue'),
            denominator='1',
        ) }}
    from fct_cla_month
    where is_health_assessment_due
)

select * from final
