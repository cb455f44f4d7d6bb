-- One row per authority, indicator, period and breakdown value, for what is measured: the median,
-- mean, lowest or highest quantity, and the range that it could take.
--
-- Records are first counted by month and quantity, so that a median over a period is exact and yet
-- made of months. A quantity is never negative. A record in doubt could be worth nothing, or be of
-- any height, or not be there: the lower bound takes it for 0, the upper bound for endless, and
-- where the value itself falls among those there is no upper bound (null). A record in doubt
-- without a quantity could have one. A mean is weighted where the rows give weights.
{{ config(materialized='table', schema='intermediate') }}

{%- set keys = ['la_code', 'indicator_code', 'measured_as', 'month_end_date', 'is_last_4_weeks'] %}
{%- set sums %}
        count(quantity) as records,
        sum(case when quantity is not null and not is_in_doubt then 1 else 0 end) as sure_records,
        sum(case when is_in_doubt then 1 else 0 end) as doubtful_records,
        sum(case when quantity is not null then coalesce(weight, 1) else 0 end) as weight,
        sum(
            case when quantity is not null and not is_in_doubt then coalesce(weight, 1) else 0 end
        ) as sure_weight,
        sum(case when is_in_doubt then coalesce(weight, 1) else 0 end) as doubtful_weight
{%- endset %}
{%- set group = ['la_code', 'indicator_code', 'period_number', 'breakdown', 'breakdown_value'] %}

{%- set breakdowns = indicator_breakdowns_of(
    indicator_models() | selectattr('counts', 'equalto', 'quantity') | list
) %}

with

counted as (
    {{- indicator_counted_of('quantity') }}
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

quantity_indicators as (
    select *
    from int_indicator_availability
    where counts = 'quantity'
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
        counted.*,
        quantity_indicators.measured_as,
        int_indicator_days.month_end_date,
        int_indicator_days.is_last_4_weeks,
        breakdown_months.la_code is not null as has_breakdowns
    from counted
    inner join quantity_indicators
        on
            counted.la_code = quantity_indicators.la_code
            and counted.indicator_code = quantity_indicators.indicator_code
    inner join int_indicator_days on counted.event_date = int_indicator_days.date_day
    left join breakdown_months
        on
            counted.la_code = breakdown_months.la_code
            and quantity_indicators.measured_as = breakdown_months.measured_as
            and int_indicator_days.month_end_date = breakdown_months.month_end_date
    where counted.quantity is not null or counted.is_in_doubt
),

rows_with_breakdowns as (
    select * from placed_in_months
    where has_breakdowns
),

{{ indicator_described('rows_with_breakdowns', breakdowns) }},

month_counts as (
    select
        {{ keys | join(',\n        ') }},
        quantity,
        'all' as breakdown,
        'all' as breakdown_value,
        {{- sums }}
    from placed_in_months
    group by {{ keys | join(', ') }}, quantity

    union all

    select
        {{ keys | join(',\n        ') }},
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
        sum(month_counts.doubtful_weight) as doubtful_weight
    from month_counts
    inner join int_indicator_period_months as period_months
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
),

running_counts as (
    select
        *,
        sum(records) over in_order as records_so_far,
        sum(sure_records) over in_order as sure_records_so_far,
        sum(records) over all_of_it as all_records,
        sum(sure_records) over all_of_it as all_sure_records,
        sum(doubtful_records) over all_of_it as all_doubtful_records
    from period_counts
    window
        all_of_it as (partition by {{ group | join(', ') }}),
        in_order as (
            partition by {{ group | join(', ') }}
            order by quantity asc nulls last
            rows between unbounded preceding and current row
        )
),

-- The middle of n records stands at (n + 1) / 2: at one place, or half-way between two.
placed_middles as (
    select
        *,
        floor((all_records + 1) / 2) as middle,
        ceil((all_records + 1) / 2) as next_middle,
        floor((all_sure_records + all_doubtful_records + 1) / 2) as possible_middle,
        ceil((all_sure_records + all_doubtful_records + 1) / 2) as next_possible_middle
    from running_counts
),

measured as (
    select
        {{ group | join(',\n        ') }},
        max(all_records) as records,
        max(all_sure_records) as sure_records,
        max(all_doubtful_records) as doubtful_records,
        min(quantity) as minimum,
        max(quantity) as maximum,
        min(case when sure_records > 0 then quantity end) as sure_minimum,
        max(case when sure_records > 0 then quantity end) as sure_maximum,
        sum(quantity * weight) as total,
        sum(quantity * sure_weight) as sure_total,
        sum(weight) as weight,
        sum(sure_weight) as sure_weight,
        sum(doubtful_weight) as doubtful_weight,
        min(case when records_so_far >= middle then quantity end) as median_from,
        min(case when records_so_far >= next_middle then quantity end) as median_to,
        max(possible_middle) as possible_middle,
        max(next_possible_middle) as next_possible_middle,
        min(
            case
                when sure_records_so_far >= possible_middle - all_doubtful_records then quantity
            end
        ) as lowest_median_from,
        min(
            case
                when sure_records_so_far >= next_possible_middle - all_doubtful_records
                    then quantity
            end
        ) as lowest_median_to,
        min(case when sure_records_so_far >= possible_middle then quantity end)
            as highest_median_from,
        min(case when sure_records_so_far >= next_possible_middle then quantity end)
            as highest_median_to
    from placed_middles
    group by {{ group | join(', ') }}
),

final as (
    select
        measured.la_code,
        measured.indicator_code,
        measured.period_number,
        measured.breakdown,
        measured.breakdown_value,
        cast(measured.records as bigint) as denominator,
        case
            when measured.records = 0 then null
            when quantity_indicators.gives = 'median'
                then (measured.median_from + measured.median_to) / 2
            when quantity_indicators.gives = 'mean' then measured.total / measured.weight
            when quantity_indicators.gives = 'minimum' then measured.minimum
            when quantity_indicators.gives = 'maximum' then measured.maximum
        end as value,
        case
            when measured.records = 0 then null
            when quantity_indicators.gives = 'median'
                then (
                    case
                        when measured.possible_middle <= measured.doubtful_records then 0
                        else measured.lowest_median_from
                    end
                    + case
                        when measured.next_possible_middle <= measured.doubtful_records then 0
                        else measured.lowest_median_to
                    end
                ) / 2
            when quantity_indicators.gives = 'mean'
                then
                    coalesce(measured.sure_total, 0)
                    / (measured.sure_weight + measured.doubtful_weight)
            when quantity_indicators.gives = 'minimum' and measured.doubtful_records > 0 then 0
            when quantity_indicators.gives = 'minimum' then measured.minimum
            when quantity_indicators.gives = 'maximum' then coalesce(measured.sure_maximum, 0)
        end as lower_bound,
        case
            when measured.records = 0 then null
            when quantity_indicators.gives = 'median'
                then (measured.highest_median_from + measured.highest_median_to) / 2
            when quantity_indicators.gives = 'minimum' then measured.sure_minimum
            when measured.doubtful_records > 0 then null
            when quantity_indicators.gives = 'mean' then measured.total / measured.weight
            when quantity_indicators.gives = 'maximum' then measured.maximum
        end as upper_bound
    from measured
    inner join quantity_indicators
        on
            measured.la_code = quantity_indicators.la_code
            and measured.indicator_code = quantity_indicators.indicator_code
)

select * from final
