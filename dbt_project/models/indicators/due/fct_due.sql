-- What is due of whom at each of the last month ends: what will be counted, before it is.
{{ config(materialized='table', database='analyst') }}

with

open_duties as (
    select * from {{ ref('int_duties_open') }}
),

duty as (
    select * from {{ ref('duty') }}
),

allocations as (
    select * from {{ ref('int_allocations_resolved') }}
),

dim_date as (
    select * from {{ ref('dim_date') }}
),

final as (
    select
        {{ hash_key([
            'open_duties.duty_code', 'open_duties.record_key', 'open_duties.month_end_date'
        ]) }} as due_key,
        open_duties.la_code,
        open_duties.child_key,
        open_duties.month_end_date,
        open_duties.duty_code,
        duty.indicator_code,
        open_duties.record_table,
        open_duties.record_key,
        open_duties.asked_date,
        open_duties.due_date,
        cast(due_days.working_day_number - month_ends.working_day_number as integer)
            as working_days_left,
        coalesce(open_duties.due_date < open_duties.month_end_date, true) as is_overdue,
        open_duties.team_key,
        coalesce(open_duties.worker_key, allocations.worker_key) as worker_key
    from open_duties
    inner join duty on open_duties.duty_code = duty.duty_code
    inner join dim_date as month_ends on open_duties.month_end_date = month_ends.date_day
    left join dim_date as due_days on open_duties.due_date = due_days.date_day
    left join allocations
        on {{ same_child_at('open_duties', 'allocations', 'open_duties.month_end_date') }}
)

select * from final
