-- One row per authority, indicator, period and breakdown value, for events that count children: a
-- child counts once in a period, with the numerator of any of its rows there and the breakdowns of
-- its first row there (earliest date, then record key). Of records per child the numerator is the
-- child's records.
--
-- No child is counted period by period: there are 25 periods to a month, and most children have one
-- row. A child's month is the child's first of every period that starts after its month before (with
-- rows) and ends with it or later; in all of those periods the numerator counts once the period
-- reaches the earliest day on which that of this row or a later one comes true. So each month of a
-- child is one row, rows that are alike are added up, and periods are made of the sums.
{{ config(materialized='table', schema='intermediate') }}

{%- set cell = [
    'indicator_number', 'is_last_4_weeks_only', 'previous_month', 'first_month',
    'numerator_month', 'sure_numerator_month', 'doubtful_month',
] %}
{%- set sums %}
        sum(denominator) as denominator,
        sum(numerator) as numerator,
        sum(sure_numerator) as sure_numerator,
        sum(doubtful_denominator) as doubtful_denominator
{%- endset %}

{%- set breakdowns = indicator_breakdowns_of(
    indicator_models() | selectattr('counts', 'equalto', 'children') | list
) %}

with

detail as (
    {{- indicator_details_of('children') }}
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
        detail.*,
        child_indicators.indicator_number,
        child_indicators.gives = 'ratio' as is_ratio,
        child_indicators.has_breakdowns,
        int_indicator_days.month_number,
        int_indicator_days.is_last_4_weeks,
        case
            when detail.numerator = 1
                then {{ month_number('coalesce(detail.numerator_date, detail.event_date)') }}
        end as numerator_month,
        row_number() over (
            partition by child_indicators.indicator_number, detail.child_key
            order by detail.event_date, detail.record_key
        ) as row_order
    from detail
    inner join child_indicators
        on
            detail.la_code = child_indicators.la_code
            and detail.indicator_code = child_indicators.indicator_code
    inner join int_indicator_days on detail.event_date = int_indicator_days.date_day
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
month_parts_by_scope as (
    select
        *,
        true as is_last_4_weeks_only
    from month_parts
    where is_last_4_weeks

    union all

    select
        *,
        false as is_last_4_weeks_only
    from month_parts
),

child_months as (
    select
        indicator_number,
        child_key,
        is_ratio,
        is_last_4_weeks_only,
        month_number,
        sum(records) as records,
        sum(sure_records) as sure_records,
        min(first_row_order) as first_row_order,
        min(numerator_month) as numerator_month,
        min(
            case
                when not is_ratio then sure_numerator_month
                when sure_records > 0 then month_number
            end
        ) as sure_numerator_month,
        max(has_doubt) as has_doubt
    from month_parts_by_scope
    group by indicator_number, child_key, is_ratio, is_last_4_weeks_only, month_number
),

-- In doubt is a child with a row in doubt and no sure numerator: with either of the two, but
-- without the second. Of records per child: one without a sure record.
first_months as (
    select
        *,
        coalesce(lag(month_number) over from_first, 0) as previous_month,
        min(numerator_month) over from_last as earliest_numerator_month,
        min(sure_numerator_month) over from_last as earliest_sure_month,
        min(
            case
                when has_doubt = 1 or is_ratio then month_number
                else sure_numerator_month
            end
        ) over from_last as earliest_doubtful_month
    from child_months
    window
        from_first as (
            partition by indicator_number, child_key, is_last_4_weeks_only
            order by month_number
        ),
        from_last as (
            partition by indicator_number, child_key, is_last_4_weeks_only
            order by month_number desc
            rows between unbounded preceding and current row
        )
),

contributions as (
    select
        indicator_number,
        child_key,
        first_row_order,
        is_last_4_weeks_only,
        previous_month,
        month_number as first_month,
        earliest_numerator_month as numerator_month,
        earliest_sure_month as sure_numerator_month,
        earliest_doubtful_month as doubtful_month,
        1 as denominator,
        case when is_ratio then 0 else 1 end as numerator,
        case when is_ratio then 0 else 1 end as sure_numerator,
        1 as doubtful_denominator
    from first_months

    union all

    -- Of records per child, the records of that month and of each later one.
    select
        first_months.indicator_number,
        first_months.child_key,
        first_months.first_row_order,
        first_months.is_last_4_weeks_only,
        first_months.previous_month,
        first_months.month_number as first_month,
        later.month_number as numerator_month,
        later.month_number as sure_numerator_month,
        null as doubtful_month,
        0 as denominator,
        later.records as numerator,
        later.sure_records as sure_numerator,
        0 as doubtful_denominator
    from first_months
    inner join child_months as later
        on
            first_months.indicator_number = later.indicator_number
            and first_months.child_key = later.child_key
            and first_months.is_last_4_weeks_only = later.is_last_4_weeks_only
            and first_months.month_number <= later.month_number
    where first_months.is_ratio
),

-- Only the periods with breakdowns need the child's first row; most have none.
breakdown_months as (
    select distinct month_number
    from period_months
    where has_breakdowns
),

described_contributions as (
    select
        {% for column in cell -%}
        contributions.{{ column }},
        {% endfor -%}
        contributions.denominator,
        contributions.numerator,
        contributions.sure_numerator,
        contributions.doubtful_denominator,
        {{ breakdowns | join(',\n        ') }}
    from contributions
    inner join breakdown_months on contributions.first_month = breakdown_months.month_number
    inner join child_rows
        on
            contributions.indicator_number = child_rows.indicator_number
            and contributions.child_key = child_rows.child_key
            and contributions.first_row_order = child_rows.row_order
            and child_rows.has_breakdowns
),

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
    from described_contributions
    group by {{ indicator_grouping_sets(cell, breakdowns) }}
),

totals as (
    select
        cells.indicator_number,
        period_months.period_number,
        cells.breakdown,
        cells.breakdown_value,
        sum(cells.denominator) as denominator,
        sum(
            case
                when cells.numerator_month <= period_months.end_month then cells.numerator
                else 0
            end
        ) as numerator,
        sum(
            case
                when cells.sure_numerator_month <= period_months.end_month
                    then cells.sure_numerator
                else 0
            end
        ) as sure_numerator,
        sum(
            case
                when cells.doubtful_month > period_months.end_month then 0
                when cells.sure_numerator_month <= period_months.end_month then 0
                when cells.doubtful_month is null then 0
                else cells.doubtful_denominator
            end
        ) as doubtful_denominator
    from cells
    inner join child_indicators on cells.indicator_number = child_indicators.indicator_number
    inner join period_months
        on
            child_indicators.la_code = period_months.la_code
            and cells.first_month = period_months.month_number
            and cells.is_last_4_weeks_only = period_months.is_last_4_weeks_only
    where
        cells.previous_month < period_months.start_month
        and cells.breakdown_value is not null
        and (cells.breakdown = 'all' or period_months.has_breakdowns)
    group by
        cells.indicator_number,
        period_months.period_number,
        cells.breakdown,
        cells.breakdown_value
),

final as (
    select
        child_indicators.la_code,
        child_indicators.indicator_code,
        totals.period_number,
        totals.breakdown,
        totals.breakdown_value,
        totals.numerator,
        totals.denominator,
        totals.sure_numerator,
        totals.doubtful_denominator
    from totals
    inner join child_indicators on totals.indicator_number = child_indicators.indicator_number
)

select * from final
