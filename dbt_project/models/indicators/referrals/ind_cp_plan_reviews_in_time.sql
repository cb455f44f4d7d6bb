-- CPP-08: of the plans open for three months or longer, those of which no review was late or
-- overdue in the twelve whole months to the day.
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

{{ cp_review_clocks() }},

-- A review that was missed before the twelve months, and held in them, was overdue in them.
late_months as (
    select distinct fct_cp_month.cp_month_key
    from fct_cp_month
    inner join clocks
        on
            fct_cp_month.cp_plan_key = clocks.cp_plan_key
            and fct_cp_month.month_end_date > clocks.deadline_date
    where
        clocks.next_review_date is null
        or (
            clocks.next_review_date > clocks.deadline_date
            and clocks.next_review_date
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
        {{ add_months('fct_cp_month.plan_start_date', cp_first_review_months()) }}
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
