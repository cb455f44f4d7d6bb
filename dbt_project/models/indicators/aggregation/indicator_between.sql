-- Every figure of one indicator for any two dates, by the very rules of rpt_indicator: a table
-- macro (see materializations/table_macro), DuckDB's door to the macros that the models are made
-- of. The days asked for take the place of a calendar month, and are the only period.
{{ config(
    materialized='table_macro',
    enabled=target.type == 'duckdb',
    database='analyst',
    arguments=['asked_indicator', 'first_day', 'last_day'],
) }}

{%- set breakdowns = indicator_breakdowns() %}
{%- set columns = indicator_breakdown_columns(breakdowns, are_described=true) %}
with

indicators as (
    select
        available.*,
        indicator.aggregation,
        aggregation.counts,
        aggregation.gives,
        aggregation.has_breakdowns,
        indicator.measured_as,
        cast(null as string) as period_types
    from {{ ref('rpt_indicator_availability') }} as available
    inner join {{ ref('indicator') }} as indicator
        on
            available.indicator_code = indicator.indicator_code
            and available.indicator_name = indicator.indicator_name
            and {{ holds_at('indicator', 'available.as_at_date') }}
    inner join {{ ref('aggregation') }} as aggregation
        on indicator.aggregation = aggregation.aggregation
    where available.indicator_code = asked_indicator  -- noqa: RF02
),

-- Within what the extracts cover. A snapshot is of its last day, the end of a month.
periods as (
    select
        row_number() over (order by la_code) as period_number,
        la_code,
        measured_as,
        'any_dates' as period_type,
        cast(case measured_as when 'snapshot' then last_day else first_day end as date)
            as period_start_date,
        cast(last_day as date) as period_end_date,
        true as has_breakdowns
    from indicators
    where
        cast(first_day as date) >= history_start_date
        and cast(last_day as date) <= as_at_date
        and cast(first_day as date) <= cast(last_day as date)
        and (
            measured_as = 'event'
            or cast(last_day as date) = {{ last_day_of_month('cast(last_day as date)') }}
        )
),

period_months as (
    select
        *,
        period_end_date as month_end_date,
        false as is_last_4_weeks_only
    from periods
),

days as (
    select
        date_day,
        cast(last_day as date) as month_end_date,
        {{ month_number('cast(last_day as date)') }} as month_number,
        false as is_last_4_weeks
    from {{ ref('dim_date') }}
    where date_day >= cast(first_day as date) and date_day <= cast(last_day as date)
),

-- As at the last day: no numerator comes true after it.
counted as (
    select
        detail.la_code,
        detail.indicator_code,
        detail.record_key,
        detail.child_key,
        detail.event_date,
        cast(null as date) as numerator_date,
        {{ indicator_numerator_as_at('periods.period_end_date', 'detail.') }} as numerator,
        detail.denominator,
        detail.quantity,
        detail.weight,
        {%- for breakdown in breakdowns %}
        detail.{{ breakdown }},
        {%- endfor %}
        detail.is_in_doubt
    from {{ ref('fct_indicator_detail') }} as detail
    inner join periods
        on
            detail.la_code = periods.la_code
            and detail.event_date >= periods.period_start_date
            and detail.event_date <= periods.period_end_date
    where detail.indicator_code = asked_indicator  -- noqa: RF02
),

gaps as (
    {{ indicator_gaps() }}
),

populations as (
    {{ indicator_populations() }}
),

record_totals as (
    with

    {{ indicator_record_cells(breakdowns, are_described=true) }},

    {{ indicator_record_totals() }}

    select * from record_totals
),

child_totals as (
    with

    {{ indicator_child_parts(columns) }}, {{ indicator_child_months() }},

    {{ indicator_child_cells(breakdowns, columns, are_described=true) }},

    {{ indicator_child_totals() }}

    select * from child_totals
),

quantity_totals as (
    with

    {{ indicator_quantity_counts(breakdowns, are_described=true) }},

    {{ indicator_quantity_measures() }},

    {{ indicator_quantity_totals() }}

    select * from quantity_totals
),

{{ indicator_wanted() }},

{{ indicator_numbers() }},

{{ indicator_figures() }}

select * from figures
