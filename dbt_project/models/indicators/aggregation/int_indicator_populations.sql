-- One row per period and authority whose child population is known: the estimate of the last
-- mid-year (30 June) on or before the period's last day, as the national statistics use it (the
-- year to 31 March 2025 by the estimate of mid-2024), in its newest vintage.
{{ config(materialized='table', schema='intermediate') }}

with

int_indicator_periods as (
    select * from {{ ref('int_indicator_periods') }}
),

child_population as (
    select * from {{ ref('child_population') }}
    where area_type = 'authority'
),

ranked_estimates as (
    select
        int_indicator_periods.period_number,
        child_population.children,
        row_number() over (
            partition by int_indicator_periods.period_number
            order by
                child_population.mid_year_date desc,
                child_population.vintage_year desc
        ) as newness_number
    from int_indicator_periods
    inner join child_population
        on
            int_indicator_periods.la_code = child_population.area
            and int_indicator_periods.period_end_date >= child_population.mid_year_date
),

final as (
    select
        period_number,
        children
    from ranked_estimates
    where newness_number = 1
)

select * from final
