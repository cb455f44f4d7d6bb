-- One row per authority, indicator, period and breakdown value: sums over the records counted. Rows
-- are added up by month (and its last four weeks) first, then periods from months. A snapshot has
-- one row per child and month end, so its children are added up here too; the children of events
-- are in int_indicator_child_totals.
{{ config(materialized='table', schema='intermediate') }}

{%- set keys = [
    'la_code', 'indicator_code', 'measured_as', 'month_end_date', 'is_last_4_weeks',
    'numerator_month_end_date'
] %}
{%- set sums %}
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(case when not is_in_doubt then numerator end) as sure_numerator,
        sum(case when is_in_doubt then denominator end) as doubtful_denominator
{%- endset %}

with

fct_indicator_detail as (
    select * from {{ ref('fct_indicator_detail') }}
),

int_indicator_availability as (
    select * from {{ ref('int_indicator_availability') }}
),

int_indicator_period_months as (
    select * from {{ ref('int_indicator_period_months') }}
),

int_indicator_days as (
    select * from {{ ref('int_indicator_days') }}
),

record_indicators as (
    select *
    from int_indicator_availability
    where measured_as = 'snapshot' or aggregation in ('count_of_records', 'share_of_records')
),

breakdown_months as (
    select distinct
        la_code,
        measured_as,
        month_end_date
    from int_indicator_period_months
    where has_breakdowns
),

placed_in_months as (
    select
        detail.la_code,
        detail.indicator_code,
        record_indicators.measured_as,
        int_indicator_days.month_end_date,
        int_indicator_days.is_last_4_weeks,
        case
            when detail.numerator_date > int_indicator_days.month_end_date
                then {{ last_day_of_month('detail.numerator_date') }}
        end as numerator_month_end_date,
        detail.numerator,
        detail.denominator,
        detail.is_in_doubt,
        {%- for breakdown in indicator_breakdowns() %}
        detail.{{ breakdown }},
        {%- endfor %}
        breakdown_months.month_end_date is not null as is_breakdown_month
    from fct_indicator_detail as detail
    inner join record_indicators
        on
            detail.la_code = record_indicators.la_code
            and detail.indicator_code = record_indicators.indicator_code
    inner join int_indicator_days on detail.event_date = int_indicator_days.date_day
    left join breakdown_months
        on
            record_indicators.la_code = breakdown_months.la_code
            and record_indicators.measured_as = breakdown_months.measured_as
            and int_indicator_days.month_end_date = breakdown_months.month_end_date
),

month_totals as (
    select
        {{ keys | join(',\n        ') }},
        'all' as breakdown,
        'all' as breakdown_value,
        {{- sums }}
    from placed_in_months
    group by {{ keys | join(', ') }}

    union all

    select
        {{ keys | join(',\n        ') }},
        {{ indicator_grouped_breakdown() }},
        {{- sums }}
    from placed_in_months
    where is_breakdown_month
    group by {{ indicator_grouping_sets(keys) }}
),

final as (
    select
        month_totals.la_code,
        month_totals.indicator_code,
        period_months.period_number,
        month_totals.breakdown,
        month_totals.breakdown_value,
        sum(
            case
                when
                    month_totals.numerator_month_end_date > period_months.period_end_date
                    then 0
                else month_totals.numerator
            end
        ) as numerator,
        sum(month_totals.denominator) as denominator,
        sum(
            case
                when
                    month_totals.numerator_month_end_date > period_months.period_end_date
                    then 0
                else month_totals.sure_numerator
            end
        ) as sure_numerator,
        sum(month_totals.doubtful_denominator) as doubtful_denominator
    from month_totals
    inner join int_indicator_period_months as period_months
        on
            month_totals.la_code = period_months.la_code
            and month_totals.measured_as = period_months.measured_as
            and month_totals.month_end_date = period_months.month_end_date
    where
        month_totals.breakdown_value is not null
        and (month_totals.breakdown = 'all' or period_months.has_breakdowns)
        and (month_totals.is_last_4_weeks or not period_months.is_last_4_weeks_only)
    group by
        month_totals.la_code,
        month_totals.indicator_code,
        period_months.period_number,
        month_totals.breakdown,
        month_totals.breakdown_value
)

select * from final
