with

periods as (
    select * from {{ ref('int_periods_of_care_merged') }}
),

month_ends as (
    select * from {{ ref('int_month_ends') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

-- A person who died on or before the day is not counted at it.
final as (
    select
        periods.la_code,
        periods.child_key,
        month_ends.month_end_date,
        month_ends.window_start_date,
        periods.period_of_care_key,
        periods.start_date as care_start_date,
        {{ age_years('persons.birth_date', 'month_ends.month_end_date') }} as age_years,
        periods.load_id,
        periods.source_file,
        periods.row_number
    from periods
    inner join month_ends
        on
            periods.la_code = month_ends.la_code
            and {{ is_open_at('periods.start_date', 'periods.end_date',
                              'month_ends.month_end_date') }}
    left join persons
        on
            periods.la_code = persons.la_code
            and periods.child_key = persons.child_key
    where persons.death_date is null or persons.death_date > month_ends.month_end_date
)

select * from final
