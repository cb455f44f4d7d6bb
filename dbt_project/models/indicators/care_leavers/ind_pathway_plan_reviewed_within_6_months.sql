-- CL-08: of the eligible, relevant and former relevant young people whom the council is to
-- support, those whose pathway plan was reviewed in that many months.
with

fct_care_leaver_month as (
    select * from {{ ref('fct_care_leaver_month') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'CL-08'
),

final as (
    select
        {{ care_leaver_month_columns(
            numerator=one_if(
                'pathway_plan_review_date >= '
                ~ add_months('month_end_date', '-threshold.threshold')
                ~ ' and pathway_plan_review_date <= month_end_date'
            ),
            denominator='1',
        ) }}
    from fct_care_leaver_month
    left join threshold on {{ holds_at('threshold', 'month_end_date') }}
    where
        is_to_be_supported
        and eligibility_code in ('ELIGIBLE', 'RELEVANT', 'FORMER_RELEVANT')
)

select * from final
