-- Reporting quarter and year, month ends and day of the week of days at their boundaries.
with

dates as (
    select * from {{ ref('dim_date') }}
),

expected as (
    select
        cast(day_text as date) as date_day,
        day_of_week,
        cast(month_end_text as date) as month_end_date,
        cast(quarter_start_text as date) as quarter_start_date,
        cast(quarter_end_text as date) as quarter_end_date,
        reporting_quarter,
        cast(year_start_text as date) as year_start_date,
        cast(year_end_text as date) as year_end_date,
        reporting_year,
        reporting_year_label
    from (
        values
        (
            '2022-03-31', 4, '2022-03-31', '2022-01-01', '2022-03-31',
            4, '2021-04-01', '2022-03-31', 2022, '2021/22'
        ),
        (
            '2022-04-01', 5, '2022-04-30', '2022-04-01', '2022-06-30',
            1, '2022-04-01', '2023-03-31', 2023, '2022/23'
        ),
        (
            '2022-09-30', 5, '2022-09-30', '2022-07-01', '2022-09-30',
            2, '2022-04-01', '2023-03-31', 2023, '2022/23'
        ),
        (
            '2022-12-31', 6, '2022-12-31', '2022-10-01', '2022-12-31',
            3, '2022-04-01', '2023-03-31', 2023, '2022/23'
        ),
        (
            '2024-02-29', 4, '2024-02-29', '2024-01-01', '2024-03-31',
            4, '2023-04-01', '2024-03-31', 2024, '2023/24'
        ),
        (
            '2000-01-01', 6, '2000-01-31', '2000-01-01', '2000-03-31',
            4, '1999-04-01', '2000-03-31', 2000, '1999/00'
        ),
        (
            '2023-01-01', 7, '2023-01-31', '2023-01-01', '2023-03-31',
            4, '2022-04-01', '2023-03-31', 2023, '2022/23'
        )
    ) as days ( -- noqa: AL05, names the columns
        day_text, day_of_week, month_end_text, quarter_start_text, quarter_end_text,
        reporting_quarter, year_start_text, year_end_text, reporting_year, reporting_year_label
    )
),

final as (
    select expected.date_day
    from expected
    left join dates
        on
            expected.date_day = dates.date_day
            and expected.day_of_week = dates.day_of_week
            and expected.month_end_date = dates.month_end_date
            and expected.quarter_start_date = dates.quarter_start_date
            and expected.quarter_end_date = dates.quarter_end_date
            and expected.reporting_quarter = dates.reporting_quarter
            and expected.year_start_date = dates.year_start_date
            and expected.year_end_date = dates.year_end_date
            and expected.reporting_year = dates.reporting_year
            and expected.reporting_year_label = dates.reporting_year_label
    where dates.date_day is null
)

select * from final
