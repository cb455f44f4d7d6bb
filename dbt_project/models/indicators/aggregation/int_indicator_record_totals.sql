-- One row per authority, indicator, period and breakdown value: sums over the records counted,
-- added up from months (and their last four weeks). The children of events are in
-- int_indicator_child_totals.
{{ config(materialized='table', schema='intermediate') }}

with

cells as (
    {%- for topic in indicator_topics() %}
    select * from {{ ref('int_indicator_cells_' ~ topic) }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
),

period_months as (
    select
        *,
        {{ month_number('month_end_date') }} as month_number,
        {{ month_number('period_end_date') }} as last_month_number
    from {{ ref('int_indicator_period_months') }}
),

final as (
    select
        cells.la_code,
        cells.indicator_code,
        period_months.period_number,
        cells.breakdown,
        cells.breakdown_value,
        sum(
            case
                when cells.numerator_month_number > period_months.last_month_number then 0
                else cells.numerator
            end
        ) as numerator,
        sum(cells.denominator) as denominator,
        sum(
            case
                when cells.numerator_month_number > period_months.last_month_number then 0
                else cells.sure_numerator
            end
        ) as sure_numerator,
        sum(cells.doubtful_denominator) as doubtful_denominator
    from cells
    inner join period_months
        on
            cells.la_code = period_months.la_code
            and cells.measured_as = period_months.measured_as
            and cells.month_number = period_months.month_number
    where
        (cells.breakdown = 'all' or period_months.has_breakdowns)
        and (cells.is_last_4_weeks or not period_months.is_last_4_weeks_only)
    group by
        cells.la_code,
        cells.indicator_code,
        period_months.period_number,
        cells.breakdown,
        cells.breakdown_value
)

select * from final
