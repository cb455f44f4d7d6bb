with

periods as (
    select * from {{ ref('int_periods_of_care_merged') }}
),

month_ends as (
    select * from {{ ref('int_month_ends') }}
),

authorities_by_month as (
    select * from {{ ref('int_authorities_by_month') }}
    where subject = 'care'
),

statuses as (
    select * from {{ ref('int_annex_a_statuses') }}
    where things = 'cla_episodes'
),

groups as (
    select * from {{ ref('int_cla_episodes_grouped') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

-- Who is in care by the month's own list: of the child's periods listed, the latest by then.
listed_periods as (
    select
        statuses.month_end_date,
        max_by(periods.period_of_care_key, periods.start_date) as period_of_care_key
    from statuses
    inner join groups on statuses.record_key = groups.record_key
    inner join periods
        on
            groups.first_episode_key = periods.first_episode_key
            and statuses.month_end_date >= periods.start_date
    group by
        statuses.month_end_date,
        periods.la_code,
        periods.child_key
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
        periods.primary_need_code,
        {{ age_years('persons.birth_date', 'month_ends.month_end_date') }} as age_years,
        {{ age_years('persons.birth_date', 'periods.start_date') }} as age_at_start_years,
        periods.load_id,
        periods.source_file,
        periods.row_number
    from periods
    inner join month_ends
        on
            periods.la_code = month_ends.la_code
    left join authorities_by_month
        on periods.la_code = authorities_by_month.la_code
    left join listed_periods
        on
            periods.period_of_care_key = listed_periods.period_of_care_key
            and month_ends.month_end_date = listed_periods.month_end_date
    left join persons
        on {{ same_child('periods', 'persons') }}
    where
        case
            when authorities_by_month.la_code is null
                then {{ is_open_at('periods.start_date', 'periods.end_date',
                                   'month_ends.month_end_date') }}
            else listed_periods.period_of_care_key is not null
        end
        and (persons.death_date is null or persons.death_date > month_ends.month_end_date)
)

select * from final
