-- One row per calendar day: the end of its month, and whether it is one of the month's last four
-- weeks (the days of the rolling four weeks that end with the month).
with

dim_date as (
    select * from {{ ref('dim_date') }}
),

period_type as (
    select * from {{ ref('period_type') }}
),

final as (
    select
        dim_date.date_day,
        dim_date.month_end_date,
        dim_date.date_day > {{ add_days('dim_date.month_end_date', '-period_type.days') }}
            as is_last_4_weeks
    from dim_date
    cross join period_type
    where period_type.period_type = 'rolling_4_weeks'
)

select * from final
