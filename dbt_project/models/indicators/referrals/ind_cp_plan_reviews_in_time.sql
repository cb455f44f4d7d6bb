-- CPP-08: of the plans open for three months or longer, those of which no review was late or overdue
-- in the twelve whole months to the day. The months are those of Working Together: three to the
-- first review, six to each later.
{%- set first_months, later_months = 3, 6 %}
with

fct_cp_month as (
    select * from {{ ref('fct_cp_month') }}
),

fct_cp_plan as (
    select * from {{ ref('fct_cp_plan') }}
),

fct_cp_review as (
    select * from {{ ref('fct_cp_review') }}
),

dim_authority as (
    select * from {{ ref('dim_authority') }}
),

-- Of a plan that began before the extract's history, the first reviews are not known.
clock_starts as (
    select
        fct_cp_plan.cp_plan_key,
        fct_cp_plan.start_date as clock_date,
        {{ first_months }} as months_to_next
    from fct_cp_plan
    inner join dim_authority
        on
            fct_cp_plan.la_code = dim_authority.la_code
            and fct_cp_plan.start_date >= dim_authority.history_start_date

    union all

    select distinct
        fct_cp_review.cp_plan_key,
        fct_cp_review.review_date as clock_date,
        {{ later_months }} as months_to_next
    from fct_cp_review
    inner join fct_cp_plan
        on
            fct_cp_review.cp_plan_key = fct_cp_plan.cp_plan_key
            and fct_cp_review.review_date > fct_cp_plan.start_date
),

deadlines as (
    select
        cp_plan_key,
        {{ add_months('clock_date', 'months_to_next') }} as deadline_date,
        lead(clock_date) over (
            partition by cp_plan_key
            order by clock_date
        ) as next_review_date
    from clock_starts
),

-- A review that was missed before the twelve months, and held in them, was overdue in them.
late_months as (
    select distinct fct_cp_month.cp_month_key
    from fct_cp_month
    inner join deadlines
        on
            fct_cp_month.cp_plan_key = deadlines.cp_plan_key
            and fct_cp_month.month_end_date > deadlines.deadline_date
    where
        deadlines.next_review_date is null
        or (
            deadlines.next_review_date > deadlines.deadline_date
            and deadlines.next_review_date
            > {{ add_months(month_start('fct_cp_month.month_end_date'), -11) }}
        )
),

reviewed as (
    select
        fct_cp_month.*,
        late_months.cp_month_key is not null as is_late
    from fct_cp_month
    left join late_months on fct_cp_month.cp_month_key = late_months.cp_month_key
    where
        {{ add_months('fct_cp_month.plan_start_date', first_months) }}
        <= fct_cp_month.month_end_date
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_cp_month',
            record_key='cp_month_key',
            related_record_key='cp_plan_key',
            event_date='month_end_date',
            numerator=one_if('not is_late'),
            denominator='1',
            age_years='age_years',
            team_key='team_key',
            abuse_category_code=code_or_not_known('latest_category_code'),
        ) }}
    from reviewed
)

select * from final
