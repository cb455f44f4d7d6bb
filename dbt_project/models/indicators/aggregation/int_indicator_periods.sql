-- One row per authority and period that has a figure: every complete month, quarter and year up to
-- the as-at date; year to date, rolling and month-end periods up to it and up to each earlier month
-- end; all of them wholly within the days that the authority's extracts cover.
{{ config(materialized='table', schema='intermediate') }}

with

int_authorities as (
    select * from {{ ref('int_authorities') }}
),

dim_date as (
    select * from {{ ref('dim_date') }}
),

period_type as (
    select * from {{ ref('period_type') }}
),

month_ends as (
    select
        int_authorities.la_code,
        int_authorities.as_at_date,
        int_authorities.history_start_date,
        dim_date.month_start_date,
        dim_date.month_end_date,
        dim_date.quarter_end_date,
        dim_date.year_start_date,
        dim_date.year_end_date
    from int_authorities
    inner join dim_date
        on
            dim_date.date_day <= int_authorities.as_at_date
            and dim_date.date_day >= int_authorities.history_start_date
    where dim_date.date_day = dim_date.month_end_date
),

periods as (
    select
        month_ends.la_code,
        month_ends.as_at_date,
        month_ends.history_start_date,
        period_type.measured_as,
        period_type.period_type,
        case
            when period_type.days is not null
                then {{ add_days('month_ends.month_end_date', '1 - period_type.days') }}
            when period_type.months is not null
                then {{ add_months('month_ends.month_start_date', '1 - period_type.months') }}
            else month_ends.year_start_date
        end as period_start_date,
        month_ends.month_end_date as period_end_date
    from month_ends
    cross join period_type
    where
        period_type.period_type not in ('quarter', 'year')
        or (
            period_type.period_type = 'quarter'
            and month_ends.month_end_date = month_ends.quarter_end_date
        )
        or (
            period_type.period_type = 'year'
            and month_ends.month_end_date = month_ends.year_end_date
        )
),

final as (
    select
        row_number() over (
            order by la_code, period_type, period_end_date
        ) as period_number,
        la_code,
        measured_as,
        period_type,
        period_start_date,
        period_end_date,
        period_end_date
        > {{ add_months(month_start('as_at_date'), 1 - indicator_breakdown_months()) }}
            as has_breakdowns
    from periods
    where period_start_date >= history_start_date
)

select * from final
