{#
    The totals of the periods for what counts records, of the CTE `cells` and the import
    `period_months`: the CTE `record_totals`.
#}
{% macro indicator_record_totals() -%}
numbered_period_months as (
    select
        *,
        {{ month_number('month_end_date') }} as month_number,
        {{ month_number('period_end_date') }} as last_month_number
    from period_months
),

record_totals as (
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
    inner join numbered_period_months as period_months
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
{%- endmacro %}
