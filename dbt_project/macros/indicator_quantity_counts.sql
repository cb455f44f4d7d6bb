{#
    The totals of the periods for what is measured, in three parts that the model and
    indicator_between put together: the median, mean, lowest or highest quantity, and the range that
    it could take.

    This is the first part, CTEs up to `period_counts`, of the imports `counted`, `indicators`,
    `period_months` and `days`: records counted by month and quantity, so that a median over a period
    is exact and yet made of months. What a row gives to a mean and what it is out of may differ: a
    row whose denominator is 0 (who left, out of those in post) adds to the total alone.
#}
{% macro indicator_quantity_counts(breakdowns, are_described=false) -%}
{%- set keys = ['la_code', 'indicator_code', 'measured_as', 'month_end_date', 'is_last_4_weeks'] %}
{%- set key_columns = keys | join(', ') %}
{%- set sums %}
        sum(case when quantity is not null then out_of else 0 end) as records,
        sum(case when quantity is not null and not is_in_doubt then out_of else 0 end)
            as sure_records,
        sum(case when is_in_doubt then out_of else 0 end) as doubtful_records,
        sum(case when quantity is not null then coalesce(weight, 1) else 0 end) as weight,
        sum(
            case when quantity is not null and not is_in_doubt then coalesce(weight, 1) else 0 end
        ) as sure_weight,
        sum(case when quantity is not null then out_of * coalesce(weight, 1) else 0 end)
            as divisor,
        sum(
            case
                when quantity is not null and not is_in_doubt then out_of * coalesce(weight, 1)
                else 0
            end
        ) as sure_divisor,
        sum(case when is_in_doubt then out_of * coalesce(weight, 1) else 0 end)
            as doubtful_divisor
{%- endset %}

quantity_indicators as (
    select *
    from indicators
    where counts = 'quantity'
),

breakdown_months as (
    select distinct
        la_code,
        measured_as,
        month_end_date
    from period_months
    where has_breakdowns
),

placed_in_months as (
    select
        counted.*,
        coalesce(counted.denominator, 1) as out_of,
        quantity_indicators.measured_as,
        days.month_end_date,
        days.is_last_4_weeks,
        breakdown_months.la_code is not null as has_breakdowns
    from counted
    inner join quantity_indicators
        on
            counted.la_code = quantity_indicators.la_code
            and counted.indicator_code = quantity_indicators.indicator_code
    inner join days on counted.event_date = days.date_day
    left join breakdown_months
        on
            counted.la_code = breakdown_months.la_code
            and quantity_indicators.measured_as = breakdown_months.measured_as
            and days.month_end_date = breakdown_months.month_end_date
    where counted.quantity is not null or counted.is_in_doubt
),

rows_with_breakdowns as (
    select * from placed_in_months
    where has_breakdowns
),

{{ indicator_described('rows_with_breakdowns', breakdowns, are_described) }},

month_counts as (
    select
        {{ key_columns }},
        quantity,
        'all' as breakdown,
        'all' as breakdown_value,
        {{- sums }}
    from placed_in_months
    group by {{ key_columns }}, quantity

    union all

    select
        {{ key_columns }},
        quantity,
        {{ indicator_grouped_breakdown(breakdowns) }},
        {{- sums }}
    from described
    group by {{ indicator_grouping_sets(keys + ['quantity'], breakdowns) }}
),

period_counts as (
    select
        month_counts.la_code,
        month_counts.indicator_code,
        period_months.period_number,
        month_counts.breakdown,
        month_counts.breakdown_value,
        month_counts.quantity,
        sum(month_counts.records) as records,
        sum(month_counts.sure_records) as sure_records,
        sum(month_counts.doubtful_records) as doubtful_records,
        sum(month_counts.weight) as weight,
        sum(month_counts.sure_weight) as sure_weight,
        sum(month_counts.divisor) as divisor,
        sum(month_counts.sure_divisor) as sure_divisor,
        sum(month_counts.doubtful_divisor) as doubtful_divisor
    from month_counts
    inner join period_months
        on
            month_counts.la_code = period_months.la_code
            and month_counts.measured_as = period_months.measured_as
            and month_counts.month_end_date = period_months.month_end_date
    where
        month_counts.breakdown_value is not null
        and (month_counts.breakdown = 'all' or period_months.has_breakdowns)
        and (month_counts.is_last_4_weeks or not period_months.is_last_4_weeks_only)
    group by
        month_counts.la_code,
        month_counts.indicator_code,
        period_months.period_number,
        month_counts.breakdown,
        month_counts.breakdown_value,
        month_counts.quantity
)
{%- endmacro %}
