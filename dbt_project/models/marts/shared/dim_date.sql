-- Made of seeds alone, and asked by the expectations of the records: it stands before any of them.
{{ config(tags=['staging']) }}

with

days as (
    {{ day_spine('1990-01-01', '2035-12-31') }}
),

bank_holidays as (
    select * from {{ ref('bank_holiday') }}
),

school_holidays as (
    select * from {{ ref('school_holiday') }}
),

-- Three months back, a reporting year is a calendar year.
shifted_days as (
    select
        date_day,
        {{ day_of_week('date_day') }} as day_of_week,
        {{ month_start('date_day') }} as month_start_date,
        {{ last_day_of_month('date_day') }} as month_end_date,
        cast(date_trunc('quarter', date_day) as date) as quarter_start_date,
        cast(date_trunc('year', {{ add_months(month_start('date_day'), -3) }}) as date)
            as shifted_year_start_date,
        cast(
            extract(quarter from {{ add_months(month_start('date_day'), -3) }}) as integer
        ) as reporting_quarter
    from days
),

school_holiday_days as (
    select distinct shifted_days.date_day
    from shifted_days
    inner join school_holidays
        on
            shifted_days.date_day
            between school_holidays.start_date and school_holidays.end_date
),

described_days as (
    select
        shifted_days.*,
        {{ add_months('shifted_days.quarter_start_date', 3) }} as next_quarter_start_date,
        {{ add_months('shifted_days.shifted_year_start_date', 3) }} as year_start_date,
        {{ add_months('shifted_days.shifted_year_start_date', 15) }} as next_year_start_date,
        bank_holidays.holiday_date is not null as is_bank_holiday,
        bank_holidays.holiday_date is null
        and shifted_days.day_of_week <= 5 as is_working_day,
        school_holiday_days.date_day is not null as is_school_holiday
    from shifted_days
    left join bank_holidays
        on shifted_days.date_day = bank_holidays.holiday_date
    left join school_holiday_days
        on shifted_days.date_day = school_holiday_days.date_day
),

final as (
    select
        date_day,
        day_of_week,
        month_start_date,
        month_end_date,
        quarter_start_date,
        {{ add_days('next_quarter_start_date', -1) }} as quarter_end_date,
        reporting_quarter,
        year_start_date,
        {{ add_days('next_year_start_date', -1) }} as year_end_date,
        cast(extract(year from next_year_start_date) as integer) as reporting_year,
        cast(extract(year from year_start_date) as string)
        || '/'
        || substring(cast(extract(year from next_year_start_date) as string), 3, 2)
            as reporting_year_label,
        is_bank_holiday,
        is_working_day,
        cast(
            sum(case when is_working_day then 1 else 0 end) over (
                order by date_day
                rows between unbounded preceding and current row
            ) as integer
        ) as working_day_number,
        is_school_holiday
    from described_days
)

select * from final
