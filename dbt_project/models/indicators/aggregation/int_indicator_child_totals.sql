-- One row per authority, indicator, period and breakdown value, for events that count children: a
-- child counts once in a period, with the numerator of any of its rows there and the breakdowns of
-- its first row there (earliest date, then record key).
{{ config(materialized='table', schema='intermediate') }}

{%- set keys = ['la_code', 'indicator_code', 'period_number'] %}
{%- set sums %}
        sum(numerator) as numerator,
        count(*) as denominator,
        sum(sure_numerator) as sure_numerator,
        sum(doubtful_denominator) as doubtful_denominator
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

child_indicators as (
    select *
    from int_indicator_availability
    where measured_as = 'event' and aggregation in ('count_of_children', 'share_of_children')
),

child_rows as (
    select
        detail.*,
        int_indicator_days.month_end_date,
        int_indicator_days.is_last_4_weeks,
        case
            when detail.numerator = 1
                then coalesce(detail.numerator_date, detail.event_date)
        end as numerator_from_date
    from fct_indicator_detail as detail
    inner join child_indicators
        on
            detail.la_code = child_indicators.la_code
            and detail.indicator_code = child_indicators.indicator_code
    inner join int_indicator_days on detail.event_date = int_indicator_days.date_day
),

distinct_children as (
    select distinct
        la_code,
        indicator_code,
        child_key
    from child_rows
),

-- Numbers in place of keys: what follows is many times as long.
numbered_children as (
    select
        la_code,
        indicator_code,
        child_key,
        row_number() over (order by la_code, indicator_code, child_key) as child_number
    from distinct_children
),

ordered_rows as (
    select
        child_rows.*,
        numbered_children.child_number,
        row_number() over (
            partition by numbered_children.child_number
            order by child_rows.event_date, child_rows.record_key
        ) as row_order
    from child_rows
    inner join numbered_children
        on
            child_rows.la_code = numbered_children.la_code
            and child_rows.indicator_code = numbered_children.indicator_code
            and child_rows.child_key = numbered_children.child_key
),

child_months as (
    select
        la_code,
        child_number,
        month_end_date,
        is_last_4_weeks,
        min(row_order) as first_row_order,
        min(numerator_from_date) as numerator_from_date,
        min(case when not is_in_doubt then numerator_from_date end) as sure_numerator_from_date,
        max(case when is_in_doubt then 1 else 0 end) as has_doubt
    from ordered_rows
    group by la_code, child_number, month_end_date, is_last_4_weeks
),

child_periods as (
    select
        child_months.child_number,
        period_months.period_number,
        period_months.has_breakdowns,
        min(child_months.first_row_order) as first_row_order,
        max(
            case
                when child_months.numerator_from_date <= period_months.period_end_date then 1
                else 0
            end
        ) as numerator,
        max(
            case
                when child_months.sure_numerator_from_date <= period_months.period_end_date then 1
                else 0
            end
        ) as sure_numerator,
        max(child_months.has_doubt) as has_doubt
    from child_months
    inner join int_indicator_period_months as period_months
        on
            child_months.la_code = period_months.la_code
            and child_months.month_end_date = period_months.month_end_date
            and period_months.measured_as = 'event'
            and (child_months.is_last_4_weeks or not period_months.is_last_4_weeks_only)
    group by
        child_months.child_number,
        period_months.period_number,
        period_months.has_breakdowns
),

judged_periods as (
    select
        child_number,
        period_number,
        has_breakdowns,
        first_row_order,
        numerator,
        sure_numerator,
        case when has_doubt = 1 and sure_numerator = 0 then 1 else 0 end as doubtful_denominator
    from child_periods
),

-- Only the periods with breakdowns need the child's first row; most have none.
all_children as (
    select
        numbered_children.la_code,
        numbered_children.indicator_code,
        judged_periods.period_number,
        judged_periods.numerator,
        judged_periods.sure_numerator,
        judged_periods.doubtful_denominator
    from judged_periods
    inner join numbered_children
        on judged_periods.child_number = numbered_children.child_number
),

described_children as (
    select
        ordered_rows.la_code,
        ordered_rows.indicator_code,
        judged_periods.period_number,
        judged_periods.numerator,
        judged_periods.sure_numerator,
        judged_periods.doubtful_denominator,
        {{ indicator_breakdowns() | join(',\n        ') }}
    from judged_periods
    inner join ordered_rows
        on
            judged_periods.child_number = ordered_rows.child_number
            and judged_periods.first_row_order = ordered_rows.row_order
    where judged_periods.has_breakdowns
),

totals as (
    select
        {{ keys | join(',\n        ') }},
        'all' as breakdown,
        'all' as breakdown_value,
        {{- sums }}
    from all_children
    group by {{ keys | join(', ') }}

    union all

    select
        {{ keys | join(',\n        ') }},
        {{ indicator_grouped_breakdown() }},
        {{- sums }}
    from described_children
    group by {{ indicator_grouping_sets(keys) }}
),

final as (
    select *
    from totals
    where breakdown_value is not null
)

select * from final
