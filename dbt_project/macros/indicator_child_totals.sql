{#
    The last part of the totals of events that count children: those of the periods, of the CTEs of
    indicator_child_cells, in a CTE `child_totals`.
#}
{% macro indicator_child_totals() -%}
-- Each value of a breakdown of an indicator has a number too: the cells are of many periods each.
lines as (
    select
        *,
        row_number() over (order by indicator_number, breakdown, breakdown_value) as line_number
    from (
        select distinct
            {{ whole_part('cell_number', 8589934592) }} as indicator_number,
            breakdown,
            breakdown_value
        from child_cells as cells
        where breakdown_value is not null
    ) as distinct_lines
),

placed_cells as (
    select
        lines.line_number,
        child_indicators.la_code,
        child_indicators.occasion,
        {{ whole_part('cells.cell_number', 4294967296) }} % 2 = 1 as is_last_4_weeks_only,
        {{ whole_part('cells.cell_number', 65536) }} % 65536 as neighbour_month,
        cells.cell_number % 65536 as first_month,
        {{ whole_part('cells.cell_months', 4294967296) }} as numerator_month,
        {{ whole_part('cells.cell_months', 65536) }} % 65536 as sure_numerator_month,
        cells.cell_months % 65536 as doubtful_month,
        cells.breakdown = 'all' as is_all,
        cells.denominator,
        cells.numerator,
        cells.sure_numerator,
        cells.doubtful_denominator
    from child_cells as cells
    inner join lines
        on
            {{ whole_part('cells.cell_number', 8589934592) }} = lines.indicator_number
            and cells.breakdown = lines.breakdown
            and cells.breakdown_value = lines.breakdown_value
    inner join child_indicators on lines.indicator_number = child_indicators.indicator_number
),

totals as (
    select
        placed_cells.line_number,
        period_months.period_number,
        sum(placed_cells.denominator) as denominator,
        sum(
            case
                when placed_cells.numerator_month <= period_months.end_month
                    then placed_cells.numerator
                else 0
            end
        ) as numerator,
        sum(
            case
                when placed_cells.sure_numerator_month <= period_months.end_month
                    then placed_cells.sure_numerator
                else 0
            end
        ) as sure_numerator,
        sum(
            case
                when
                    placed_cells.doubtful_month <= period_months.end_month
                    and placed_cells.sure_numerator_month > period_months.end_month
                    then placed_cells.doubtful_denominator
                else 0
            end
        ) as doubtful_denominator
    from placed_cells
    inner join numbered_period_months as period_months
        on
            placed_cells.la_code = period_months.la_code
            and placed_cells.first_month = period_months.month_number
            and placed_cells.is_last_4_weeks_only = period_months.is_last_4_weeks_only
    where
        case
            when placed_cells.occasion = 'last'
                then placed_cells.neighbour_month > period_months.end_month
            else placed_cells.neighbour_month < period_months.start_month
        end
        and (placed_cells.is_all or period_months.has_breakdowns)
    group by placed_cells.line_number, period_months.period_number
),

child_totals as (
    select
        child_indicators.la_code,
        child_indicators.indicator_code,
        totals.period_number,
        lines.breakdown,
        lines.breakdown_value,
        totals.numerator,
        totals.denominator,
        totals.sure_numerator,
        totals.doubtful_denominator
    from totals
    inner join lines on totals.line_number = lines.line_number
    inner join child_indicators on lines.indicator_number = child_indicators.indicator_number
)
{%- endmacro %}
