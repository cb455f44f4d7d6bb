-- CPP-09: of the children on a plan, those whom a visit saw, or whose plan began, no more working
-- days ago than the council sets. A council that sets none has no rows.
with

fct_cp_month as (
    select * from {{ ref('fct_cp_month') }}
),

council_cp_visit as (
    select * from {{ ref('council_cp_visit') }}
),

dim_date as (
    select * from {{ ref('dim_date') }}
),

waited as (
    select
        fct_cp_month.*,
        council_cp_visit.working_days,
        month_days.working_day_number - seen_days.working_day_number as working_days_since_seen
    from fct_cp_month
    inner join council_cp_visit
        on
            fct_cp_month.la_code = council_cp_visit.la_code
            and {{ holds_at('council_cp_visit', 'fct_cp_month.month_end_date') }}
    inner join dim_date as month_days on fct_cp_month.month_end_date = month_days.date_day
    inner join dim_date as seen_days
        on
            greatest(
                fct_cp_month.plan_start_date,
                coalesce(fct_cp_month.last_visit_date, fct_cp_month.plan_start_date)
            )
            = seen_days.date_day
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_cp_month',
            record_key='cp_month_key',
            related_record_key='cp_plan_key',
            event_date='month_end_date',
            numerator=one_if('working_days_since_seen <= working_days'),
            denominator='1',
            quantity='cast(working_days_since_seen as double)',
            age_years='age_years',
            team_key='team_key',
            abuse_category_code=code_or_not_known('latest_category_code'),
        ) }}
    from waited
)

select * from final
