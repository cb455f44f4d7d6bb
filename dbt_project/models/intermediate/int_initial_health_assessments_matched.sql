{{ config(materialized='ephemeral') }}

with

periods as (
    select * from {{ ref('int_periods_of_care_merged') }}
),

checks as (
    select * from {{ ref('int_health_checks_conformed') }}
    where
        health_check_type_code = 'INITIAL'
        and status_code = 'COMPLETED'
),

dates as (
    select * from {{ ref('dim_date') }}
),

{{ working_day_after(
    'due_days', rule('initial_health_assessment_working_days', 'start_days.date_day')
) }},

first_checks as (
    select
        periods.period_of_care_key,
        min(checks.check_date) as check_date
    from periods
    inner join checks
        on
            {{ same_child('periods', 'checks') }}
            and periods.start_date <= checks.check_date
            and (periods.end_date is null or periods.end_date >= checks.check_date)
    group by periods.period_of_care_key
),

final as (
    select
        periods.period_of_care_key,
        due_days.due_date,
        first_checks.check_date
    from periods
    left join due_days
        on periods.start_date = due_days.start_date
    left join first_checks
        on periods.period_of_care_key = first_checks.period_of_care_key
)

select * from final
