-- One row per child on a child protection plan and month end, where the council says within how
-- many working days a child is to be seen again: the last day on which CPP-09 finds it in time.
with

fct_cp_month as (
    select
        *,
        greatest(plan_start_date, coalesce(last_visit_date, plan_start_date)) as seen_date
    from {{ ref('fct_cp_month') }}
),

council_cp_visit as (
    select * from {{ ref('council_cp_visit') }}
),

dim_date as (
    select * from {{ ref('dim_date') }}
),

final as (
    select
        'plan_visit' as duty_code,
        'fct_cp_month' as record_table,
        fct_cp_month.cp_month_key as record_key,
        fct_cp_month.la_code,
        fct_cp_month.child_key,
        fct_cp_month.month_end_date,
        fct_cp_month.seen_date as asked_date,
        due_days.date_day as due_date,
        fct_cp_month.team_key,
        cast(null as string) as worker_key
    from fct_cp_month
    inner join council_cp_visit
        on
            fct_cp_month.la_code = council_cp_visit.la_code
            and {{ holds_at('council_cp_visit', 'fct_cp_month.month_end_date') }}
    inner join dim_date as seen_days on fct_cp_month.seen_date = seen_days.date_day
    inner join dim_date as due_days
        on
            due_days.is_working_day
            and seen_days.working_day_number + council_cp_visit.working_days
            = due_days.working_day_number
)

select * from final
