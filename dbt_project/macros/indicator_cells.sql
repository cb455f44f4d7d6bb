{#
    Sums over the records of a topic: one row per cell (an authority's indicator, a month,
    its last four weeks or not, the later month in which the numerator comes true) and breakdown
    value. A snapshot has one row per child and month end, so its children are added up here too.
#}
{% macro indicator_cells(topic) -%}
with

counted as (
    select * from {{ ref('int_indicator_counted_' ~ topic) }}
    where {{ indicator_is_counted_here('indicator_code', 'records', with_snapshots=true) }}
),

{{ indicator_imports(['indicators', 'period_months', 'days']) }},

{{ indicator_record_cells(indicator_breakdowns_of(
    indicator_models() | selectattr('topic', 'equalto', topic) | list
)) }}

select * from cells
{%- endmacro %}


{#
    The CTE `cells`, of the imports `counted`, `indicators`, `period_months` and `days`, with what it
    is made of.
#}
{% macro indicator_record_cells(breakdowns, are_described=false) -%}
{%- set sums %}
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(case when not is_in_doubt then numerator end) as sure_numerator,
        sum(case when is_in_doubt then denominator end) as doubtful_denominator
{%- endset %}

{#- A cell is one number: millions of rows are grouped by it, and by text it takes three times as
    long. Months count from year 0; a numerator that comes true in a later month has that month. #}
{%- set cell_number %}
(
            (record_indicators.indicator_number * 65536 + days.month_number) * 65536
            + case
                when counted.numerator_date > days.month_end_date
                    then {{ month_number('counted.numerator_date') }}
                else 0
            end
        ) * 2 + case when days.is_last_4_weeks then 1 else 0 end
{%- endset %}

record_indicators as (
    select
        *,
        cast(row_number() over (order by la_code, indicator_code) as bigint) as indicator_number
    from indicators
    where counts = 'records' or (counts = 'children' and measured_as = 'snapshot')
),

breakdown_months as (
    select distinct
        la_code,
        measured_as,
        month_end_date
    from period_months
    where has_breakdowns
),

-- Read once, for the cells and for their breakdowns. A month without breakdowns loses what they
-- are made of here, and no dimension is looked into for it.
placed_rows as (
    select
        {{ cell_number }} as cell_number,
        counted.numerator,
        counted.denominator,
        counted.is_in_doubt,
        {%- for column in indicator_breakdown_columns(breakdowns, are_described) %}
        case when breakdown_months.la_code is not null then counted.{{ column }} end
            as {{ column }},
        {%- endfor %}
        breakdown_months.la_code is not null as has_breakdowns
    from counted
    inner join record_indicators
        on
            counted.la_code = record_indicators.la_code
            and counted.indicator_code = record_indicators.indicator_code
    inner join days on counted.event_date = days.date_day
    left join breakdown_months
        on
            record_indicators.la_code = breakdown_months.la_code
            and record_indicators.measured_as = breakdown_months.measured_as
            and days.month_end_date = breakdown_months.month_end_date
            and record_indicators.has_breakdowns
),

{{ indicator_described('placed_rows', breakdowns, are_described) }},

cell_totals as (
    select
        cell_number,
        'all' as breakdown,
        'all' as breakdown_value,
        {{- sums }}
    from described
    group by cell_number

    union all

    select
        cell_number,
        {{ indicator_grouped_breakdown(breakdowns) }},
        {{- sums }}
    from described
    where has_breakdowns
    group by {{ indicator_grouping_sets(['cell_number'], breakdowns) }}
),

cells as (
    select
        record_indicators.la_code,
        record_indicators.indicator_code,
        record_indicators.measured_as,
        {{ whole_part('cell_totals.cell_number', 131072) }} % 65536 as month_number,
        {{ whole_part('cell_totals.cell_number', 2) }} % 65536 as numerator_month_number,
        cell_totals.cell_number % 2 = 1 as is_last_4_weeks,
        cell_totals.breakdown,
        cell_totals.breakdown_value,
        cell_totals.numerator,
        cell_totals.denominator,
        cell_totals.sure_numerator,
        cell_totals.doubtful_denominator
    from cell_totals
    inner join record_indicators
        on
            {{ whole_part('cell_totals.cell_number', 8589934592) }}
            = record_indicators.indicator_number
    where cell_totals.breakdown_value is not null
)
{%- endmacro %}
