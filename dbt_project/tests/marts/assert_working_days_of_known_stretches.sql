-- Working days after the first day up to and including the second, counted by hand on a calendar.
with

dates as (
    select * from {{ ref('dim_date') }}
),

expected as (
    select
        cast(from_text as date) as from_date,
        cast(to_text as date) as to_date,
        working_days
    from (
        values
        ('2022-09-16', '2022-09-20', 1),   -- the state funeral of Monday 19 September
        ('2022-09-05', '2022-09-05', 0),   -- day 0
        ('2022-09-03', '2022-09-05', 1),   -- from a Saturday to the Monday
        ('2022-09-02', '2022-09-04', 0),   -- from a Friday to the Sunday
        ('2022-04-14', '2022-04-19', 1),   -- Good Friday and Easter Monday
        ('2022-06-01', '2022-06-06', 1),   -- spring holiday moved, jubilee, weekend
        ('2020-05-01', '2020-05-08', 4),   -- 8 May 2020 in place of 4 May
        ('2023-05-05', '2023-05-09', 1),   -- coronation
        ('2021-12-24', '2022-01-04', 4),   -- substitutes for two Christmas days and New Year
        ('2027-12-24', '2027-12-29', 1),   -- two substitute days
        ('2022-07-01', '2022-09-05', 45),  -- one summer bank holiday
        ('2022-08-30', '2022-09-21', 15)   -- the state funeral in fifteen days
    -- The alias only names the columns.
    ) as stretches (from_text, to_text, working_days) -- noqa: AL05
),

final as (
    select
        expected.from_date,
        expected.to_date,
        expected.working_days as expected_working_days,
        to_days.working_day_number - from_days.working_day_number as working_days
    from expected
    left join dates as from_days
        on expected.from_date = from_days.date_day
    left join dates as to_days
        on expected.to_date = to_days.date_day
    where
        from_days.date_day is null
        or to_days.date_day is null
        or to_days.working_day_number - from_days.working_day_number <> expected.working_days
)

select * from final
