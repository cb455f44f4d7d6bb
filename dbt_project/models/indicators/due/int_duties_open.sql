-- One row per duty that is open at one of the last month ends, and month end.
{#- A figure counts an event for so many months, and the list of it is of no use for longer. #}
{%- set months_listed = 12 %}

with

duties_of_cases as (
    select * from {{ ref('int_duties_of_cases') }}
),

duties_in_care as (
    select * from {{ ref('int_duties_in_care') }}
),

duties_of_months as (
    select * from {{ ref('int_duties_of_months') }}

    union all

    select * from {{ ref('int_duties_on_plans') }}
),

duty as (
    select * from {{ ref('duty') }}
),

dim_authority as (
    select * from {{ ref('dim_authority') }}
),

dim_date as (
    select * from {{ ref('dim_date') }}
),

month_ends as (
    select
        dim_authority.la_code,
        dim_date.date_day as month_end_date
    from dim_authority
    inner join dim_date
        on
            dim_date.date_day between dim_authority.history_start_date and dim_authority.as_at_date
            and dim_date.date_day
            >= {{ add_months('dim_authority.as_at_date', -months_listed) }}
    where dim_date.date_day = dim_date.month_end_date
),

dated_duties as (
    select * from duties_of_cases

    union all

    select * from duties_in_care
),

final as (
    select
        dated_duties.duty_code,
        dated_duties.record_table,
        dated_duties.record_key,
        dated_duties.la_code,
        dated_duties.child_key,
        month_ends.month_end_date,
        dated_duties.asked_date,
        dated_duties.due_date,
        dated_duties.team_key,
        dated_duties.worker_key
    from dated_duties
    inner join duty on dated_duties.duty_code = duty.duty_code
    inner join month_ends
        on
            dated_duties.la_code = month_ends.la_code
            and {{ is_open_at('dated_duties.asked_date', 'dated_duties.done_date',
                              'month_ends.month_end_date') }}
            and (
                duty.is_asked_until_done
                or dated_duties.due_date
                > {{ add_months('month_ends.month_end_date', -months_listed) }}
            )

    union all

    select
        duties_of_months.duty_code,
        duties_of_months.record_table,
        duties_of_months.record_key,
        duties_of_months.la_code,
        duties_of_months.child_key,
        duties_of_months.month_end_date,
        duties_of_months.asked_date,
        duties_of_months.due_date,
        duties_of_months.team_key,
        duties_of_months.worker_key
    from duties_of_months
    inner join month_ends
        on
            duties_of_months.la_code = month_ends.la_code
            and duties_of_months.month_end_date = month_ends.month_end_date
)

select * from final
