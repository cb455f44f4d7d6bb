-- How many children came from each stage to each other in a quarter, and how long it took them.
{{ config(materialized='table', database='analyst') }}

with

fct_child_journey as (
    select * from {{ ref('fct_child_journey') }}
),

dim_authority as (
    select * from {{ ref('dim_authority') }}
),

dim_date as (
    select * from {{ ref('dim_date') }}
),

final as (
    select
        fct_child_journey.la_code,
        dim_date.quarter_start_date,
        dim_date.quarter_end_date,
        coalesce(fct_child_journey.led_by_stage_code, 'none') as from_stage_code,
        fct_child_journey.stage_code as to_stage_code,
        count(*) as steps,
        count(distinct fct_child_journey.child_key) as children,
        cast(avg(fct_child_journey.days_from_led_by) as double) as mean_days,
        cast(median(fct_child_journey.days_from_led_by) as double) as median_days
    from fct_child_journey
    inner join dim_date on fct_child_journey.start_date = dim_date.date_day
    inner join dim_authority on fct_child_journey.la_code = dim_authority.la_code
    where
        dim_date.quarter_start_date >= dim_authority.history_start_date
        and dim_date.quarter_end_date <= dim_authority.as_at_date
    group by
        fct_child_journey.la_code,
        dim_date.quarter_start_date,
        dim_date.quarter_end_date,
        from_stage_code,
        to_stage_code
)

select * from final
