-- One row per authority, period and calendar month that it is made of. A rolling four weeks lies
-- inside its last month and takes only that month's last days, so every period is a union of
-- (month, in its last four weeks or not), and figures can be added up from those.
{{ config(materialized='table', schema='intermediate') }}

with

int_indicator_periods as (
    select * from {{ ref('int_indicator_periods') }}
),

dim_date as (
    select * from {{ ref('dim_date') }}
),

month_ends as (
    select distinct month_end_date
    from dim_date
),

final as (
    select
        int_indicator_periods.period_number,
        int_indicator_periods.la_code,
        int_indicator_periods.measured_as,
        int_indicator_periods.period_end_date,
        int_indicator_periods.has_breakdowns,
        month_ends.month_end_date,
        int_indicator_periods.period_type = 'rolling_4_weeks' as is_last_4_weeks_only
    from int_indicator_periods
    inner join month_ends
        on
            int_indicator_periods.period_start_date <= month_ends.month_end_date
            and int_indicator_periods.period_end_date >= month_ends.month_end_date
)

select * from final
