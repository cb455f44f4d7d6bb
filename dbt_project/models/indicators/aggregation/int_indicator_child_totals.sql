-- One row per authority, indicator, period and breakdown value, for events that count children: a
-- child counts once in a period, with the numerator of any of its rows there and the breakdowns of
-- its first row there (earliest date, then record key). Of records per child the numerator is the
-- child's records.
--
-- No child is counted period by period: there are 25 periods to a month, and most children have one
-- row. A child's month is the child's first of every period that starts after its month before
-- (with rows) and ends with it or later; in all of those periods the numerator counts once the
-- period reaches the earliest day on which that of this row or a later one comes true. So each
-- month of a child is one row, rows that are alike are added up, and periods are made of the sums.
{{ config(materialized='table', schema='intermediate') }}

{#- A cell is two numbers: hundreds of thousands of rows are grouped by it, for every breakdown. Its
    indicator, the month before and the month (of 65536 months from year 0); the months in which the
    numerator, the sure numerator and the doubt begin, the last month where that is never. #}
{%- set never = 65535 %}
{%- set cell = ['cell_number', 'cell_months'] %}
{%- set sums %}
        sum(denominator) as denominator,
        sum(numerator) as numerator,
        sum(sure_numerator) as sure_numerator,
        sum(doubtful_denominator) as doubtful_denominator
{%- endset %}

{%- set breakdowns = indicator_breakdowns_of(
    indicator_models() | selectattr('counts', 'equalto', 'children') | list
) %}
{%- set columns = indicator_breakdown_columns(breakdowns) %}

with

counted as (
    {{- indicator_counted_of('children') }}
),

int_indicator_availability as (
    select * from {{ ref('int_indicator_availability') }}
),

period_months as (
    select
        *,
        {{ month_number('month_end_date') }} as month_number,
        {{ month_number('min(month_end_date) over (partition by period_number)') }}
            as start_month,
        {{ month_number('period_end_date') }} as end_month
    from {{ ref('int_indicator_period_months') }}
    where measured_as = 'event'
),

int_indicator_days as (
    select
        *,
        {{ month_number('month_end_date') }} as month_number
    from {{ ref('int_indicator_days') }}
),

child_indicators as (
    select
        *,
        row_number() over (order by la_code, indicator_code) as indicator_number
    from int_indicator_availability
    where measured_as = 'event' and counts = 'children'
),

child_rows as (
    select
        {%- for column in columns %}
        counted.{{ column }},
        {%- endfor %}
        counted.is_in_doubt,
        child_indicators.indicator_number,
        child_indicators.gives = 'ratio' as is_ratio,
        child_indicators.has_breakdowns,
        int_indicator_days.month_number,
        int_indicator_days.is_last_4_weeks,
        case
            when counted.numerator = 1
                then {{ month_number('coalesce(counted.numerator_date, counted.event_date)') }}
        end as numerator_month,
        row_number() over (
            order by counted.event_date, counted.record_key, child_indicators.indicator_number
        ) as row_order
    from counted
    inner join child_indicators
        on
            counted.la_code = child_indicators.la_code
            and counted.indicator_code = child_indicators.indicator_code
    inner join int_indicator_days on counted.event_date = int_indicator_days.date_day
),

month_parts as (
    select
        indicator_number,
        child_key,
        is_ratio,
        month_number,
        is_last_4_weeks,
        count(*) as records,
        sum(case when not is_in_doubt then 1 else 0 end) as sure_records,
        min(row_order) as first_row_order,
        min(numerator_month) as numerator_month,
        min(case when not is_in_doubt then numerator_month end) as sure_numerator_month,
        max(case when is_in_doubt then 1 else 0 end) as has_doubt
    from child_rows
    group by indicator_number, child_key, is_ratio, month_number, is_last_4_weeks
),

-- The rolling four weeks know a month's last days only; every other period, the whole month.
child_months as (
    select
        indicator_number,
        child_key,
        is_ratio,
        false as is_last_4_weeks_only,
        month_number,
        sum(records) as records,
        sum(sure_records) as sure_records,
        min(first_row_order) as first_row_order,
        min(numerator_month) as numerator_month,
        min(sure_numerator_month) as sure_numerator_month,
        max(has_doubt) as has_doubt
    from month_parts
    group by indicator_number, child_key, is_ratio, month_number

    union all

    select
        indicator_number,
        child_key,
        is_ratio,
        true as is_last_4_weeks_only,
        month_number,
        records,
        sure_records,
        first_row_order,
        numerator_month,
        sure_numerator_month,
        has_doubt
    from month_parts
    where is_last_4_weeks
),

-- In doubt is a child with a row in doubt and no sure numerator: with either of the two, but
-- without the second. Of records per child: one without a sure record.
judged_months as (
    select
        *,
        case
            when not is_ratio then sure_numerator_month
            when sure_records > 0 then month_number
        end as sure_month,
        case
            when has_doubt = 1 or is_ratio then month_number
            else sure_numerator_month
        end as doubtful_month
    from child_months
),

-- No rolling four weeks has a month before the one it ends in, or after.
first_months as (
    select
        *,
        coalesce(lead(month_number) over latest_first, 0) as previous_month,
        min(numerator_month) over from_last as first_numerator_month,
        min(sure_month) over from_last as first_sure_month,
        min(doubtful_month) over from_last as first_doubtful_month
    from judged_months
    where not is_last_4_weeks_only
    window
        latest_first as (partition by indicator_number, child_key order by month_number desc),
        from_last as (
            partition by indicator_number, child_key
            order by month_number desc
            rows between unbounded preceding and current row
        )

    union all

    select
        *,
        0 as previous_month,
        numerator_month as first_numerator_month,
        sure_month as first_sure_month,
        doubtful_month as first_doubtful_month
    from judged_months
    where is_last_4_weeks_only
),

numbered_months as (
    select
        *,
        (
            (indicator_number * 2 + case when is_last_4_weeks_only then 1 else 0 end) * 65536
            + previous_month
        ) * 65536 + month_number as cell_number,
        (
            coalesce(first_numerator_month, {{ never }}) * 65536
            + coalesce(first_sure_month, {{ never }})
        ) * 65536 + coalesce(first_doubtful_month, {{ never }}) as cell_months
    from first_months
),

contributions as (
    select
        cell_number,
        cell_months,
        month_number,
        first_row_order,
        1 as denominator,
        case when is_ratio then 0 else 1 end as numerator,
        case when is_ratio then 0 else 1 end as sure_numerator,
        1 as doubtful_denominator
    from numbered_months

    union all

    -- Of records per child, the records of that month and of each later one.
    select
        numbered_months.cell_number,
        (later.month_number * 65536 + later.month_number) * 65536 + {{ never }} as cell_months,
        numbered_months.month_number,
        numbered_months.first_row_order,
        0 as denominator,
        later.records as numerator,
        later.sure_records as sure_numerator,
        0 as doubtful_denominator
    from numbered_months
    inner join child_months as later
        on
            numbered_months.indicator_number = later.indicator_number
            and numbered_months.child_key = later.child_key
            and numbered_months.is_last_4_weeks_only = later.is_last_4_weeks_only
            and numbered_months.month_number <= later.month_number
    where numbered_months.is_ratio
),

-- Only the periods with breakdowns need the child's first row; most have none.
breakdown_months as (
    select distinct month_number
    from period_months
    where has_breakdowns
),

first_rows as (
    select
        contributions.cell_number,
        contributions.cell_months,
        contributions.denominator,
        contributions.numerator,
        contributions.sure_numerator,
        contributions.doubtful_denominator,
        {%- for column in columns %}
        child_rows.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from contributions
    inner join breakdown_months on contributions.month_number = breakdown_months.month_number
    inner join child_rows on contributions.first_row_order = child_rows.row_order
    where child_rows.has_breakdowns
),

{{ indicator_described('first_rows', breakdowns) }},

cells as (
    select
        {{ cell | join(',\n        ') }},
        'all' as breakdown,
        'all' as breakdown_value,
        {{- sums }}
    from contributions
    group by {{ cell | join(', ') }}

    union all

    select
        {{ cell | join(',\n        ') }},
        {{ indicator_grouped_breakdown(breakdowns) }},
        {{- sums }}
    from described
    group by {{ indicator_grouping_sets(cell, breakdowns) }}
),

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
        from cells
        where breakdown_value is not null
    ) as distinct_lines
),

placed_cells as (
    select
        lines.line_number,
        child_indicators.la_code,
        {{ whole_part('cells.cell_number', 4294967296) }} % 2 = 1 as is_last_4_weeks_only,
        {{ whole_part('cells.cell_number', 65536) }} % 65536 as previous_month,
        cells.cell_number % 65536 as first_month,
        {{ whole_part('cells.cell_months', 4294967296) }} as numerator_month,
        {{ whole_part('cells.cell_months', 65536) }} % 65536 as sure_numerator_month,
        cells.cell_months % 65536 as doubtful_month,
        cells.breakdown = 'all' as is_all,
        cells.denominator,
        cells.numerator,
        cells.sure_numerator,
        cells.doubtful_denominator
    from cells
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
    inner join period_months
        on
            placed_cells.la_code = period_months.la_code
            and placed_cells.first_month = period_months.month_number
            and placed_cells.is_last_4_weeks_only = period_months.is_last_4_weeks_only
    where
        placed_cells.previous_month < period_months.start_month
        and (placed_cells.is_all or period_months.has_breakdowns)
    group by placed_cells.line_number, period_months.period_number
),

final as (
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

select * from final
