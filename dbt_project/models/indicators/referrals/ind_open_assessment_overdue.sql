-- ASM-03: of the assessments open at the month end, those begun more than 45 working days before.
with

fct_assessment as (
    select * from {{ ref('fct_assessment') }}
),

dim_authority as (
    select * from {{ ref('dim_authority') }}
),

dim_date as (
    select * from {{ ref('dim_date') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'ASM-03'
),

month_ends as (
    select
        dim_authority.la_code,
        dim_date.date_day as month_end_date,
        dim_date.working_day_number,
        threshold.threshold
    from dim_authority
    inner join dim_date
        on dim_date.date_day between dim_authority.history_start_date and dim_authority.as_at_date
    left join threshold on {{ holds_at('threshold', 'dim_date.date_day') }}
    where dim_date.date_day = dim_date.month_end_date
),

open_assessments as (
    select
        fct_assessment.*,
        month_ends.month_end_date,
        month_ends.threshold,
        month_ends.working_day_number - start_days.working_day_number as working_days_open
    from fct_assessment
    inner join dim_date as start_days on fct_assessment.start_date = start_days.date_day
    inner join month_ends
        on
            fct_assessment.la_code = month_ends.la_code
            and {{ is_open_at('fct_assessment.start_date', 'fct_assessment.open_until_date',
                              'month_ends.month_end_date') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_assessment',
            record_key='assessment_key',
            event_date='month_end_date',
            numerator=one_if('working_days_open > threshold'),
            denominator='1',
            quantity='cast(working_days_open as double)',
            team_key='team_key',
        ) }}
    from open_assessments
)

select * from final
