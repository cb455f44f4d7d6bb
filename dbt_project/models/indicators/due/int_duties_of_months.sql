-- One row per child, duty and month end at which it is asked of them: the next visit and the next
-- health assessment in care, the review of a pathway plan. Its due date moves with the child's age
-- and placement, so the month says it. No date is due where nothing was ever recorded.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
    where is_looked_after
),

fct_care_leaver_month as (
    select * from {{ ref('fct_care_leaver_month') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'CL-08'
),

timed_months as (
    select
        *,
        case
            when age_years < {{ rule('young_child_age', 'month_end_date') }}
                then {{ rule('young_child_health_assessment_months', 'month_end_date') }}
            else {{ rule('health_assessment_months', 'month_end_date') }}
        end as assessment_months
    from fct_cla_month
),

-- So many months in care have passed at the end of the day before the one they are counted to.
started_months as (
    select
        *,
        {{ add_days(add_months('care_start_date', 'assessment_months'), -1) }} as first_due_date
    from timed_months
),

final as (
    select
        'care_visit' as duty_code,
        'fct_cla_month' as record_table,
        cla_month_key as record_key,
        la_code,
        child_key,
        month_end_date,
        coalesce(last_visit_date, placement_start_date, care_start_date) as asked_date,
        next_visit_due_date as due_date,
        team_key,
        cast(null as string) as worker_key
    from started_months

    union all

    -- Due after so many months in care (HLT-04), and again so many after each.
    select
        'health_assessment' as duty_code,
        'fct_cla_month' as record_table,
        cla_month_key as record_key,
        la_code,
        child_key,
        month_end_date,
        coalesce(last_health_assessment_date, care_start_date) as asked_date,
        greatest(
            first_due_date,
            coalesce(
                {{ add_months('last_health_assessment_date', 'assessment_months') }},
                first_due_date
            )
        ) as due_date,
        team_key,
        cast(null as string) as worker_key
    from started_months

    union all

    select
        'pathway_plan' as duty_code,
        'fct_care_leaver_month' as record_table,
        fct_care_leaver_month.care_leaver_month_key as record_key,
        fct_care_leaver_month.la_code,
        fct_care_leaver_month.child_key,
        fct_care_leaver_month.month_end_date,
        fct_care_leaver_month.pathway_plan_review_date as asked_date,
        {{ add_months(
            'fct_care_leaver_month.pathway_plan_review_date', 'threshold.threshold'
        ) }} as due_date,
        fct_care_leaver_month.team_key,
        cast(null as string) as worker_key
    from fct_care_leaver_month
    left join threshold on {{ holds_at('threshold', 'fct_care_leaver_month.month_end_date') }}
    where
        fct_care_leaver_month.is_to_be_supported
        and fct_care_leaver_month.eligibility_code in ('ELIGIBLE', 'RELEVANT', 'FORMER_RELEVANT')
)

select * from final
