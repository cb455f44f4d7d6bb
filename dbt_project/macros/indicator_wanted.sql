{#
    Every figure, of the imports `indicators`, `periods`, `gaps`, `populations`, `record_totals`,
    `child_totals` and `quantity_totals`, in three parts that rpt_indicator and indicator_between put
    together. A period without records has its row; of the breakdowns, the values that occur in any
    period shown.

    What the numerator and the denominator are depends on what the aggregation gives:
    count         the count; none
    share         those that count; all
    distribution  those with the breakdown's value; all to whom the breakdown applies
    rate          records (or children); the children who live in the area
    ratio         records; the children who have one
    median …      none; the records measured

    This is the first part, CTEs up to `wanted`: each figure that there is to be, with what is known
    of it beside its numbers.
#}
{% macro indicator_wanted() -%}
totals as (
    select
        *,
        cast(null as double) as value,
        cast(null as double) as lower_bound,
        cast(null as double) as upper_bound
    from record_totals

    union all

    select
        *,
        cast(null as double) as value,
        cast(null as double) as lower_bound,
        cast(null as double) as upper_bound
    from child_totals

    union all

    select
        la_code,
        indicator_code,
        period_number,
        breakdown,
        breakdown_value,
        null as numerator,
        denominator,
        null as sure_numerator,
        null as doubtful_denominator,
        value,
        lower_bound,
        upper_bound
    from quantity_totals
),

minimum_denominator as (
    select * from {{ ref('minimum_denominator') }}
),

indicator_periods as (
    select
        indicators.la_code,
        indicators.indicator_code,
        periods.period_number,
        periods.period_type,
        periods.period_start_date,
        periods.period_end_date,
        periods.has_breakdowns
    from indicators
    inner join periods
        on
            indicators.la_code = periods.la_code
            and indicators.measured_as = periods.measured_as
            and (
                indicators.period_types is null
                or ' ' || indicators.period_types || ' ' like '% ' || periods.period_type || ' %'
            )
),

breakdown_values as (
    select distinct
        totals.la_code,
        totals.indicator_code,
        totals.breakdown,
        totals.breakdown_value
    from totals
    inner join indicator_periods
        on
            totals.la_code = indicator_periods.la_code
            and totals.indicator_code = indicator_periods.indicator_code
            and totals.period_number = indicator_periods.period_number
    where totals.breakdown <> 'all'

    union all

    select
        la_code,
        indicator_code,
        'all' as breakdown,
        'all' as breakdown_value
    from indicators
),

wanted as (
    select
        indicators.la_code,
        indicators.as_at_date,
        indicators.indicator_code,
        indicators.indicator_name,
        case when gaps.period_number is null then indicators.availability else 'not_delivered' end
            as availability,
        coalesce(gaps.unavailable_reason, indicators.unavailable_reason) as unavailable_reason,
        indicators.gives,
        case
            when indicators.gives in ('count', 'share', 'distribution', 'rate', 'ratio')
                then indicators.gives
            else 'quantity'
        end as kind,
        minimum_denominator.minimum_denominator,
        periods.period_number,
        periods.period_type,
        periods.period_start_date,
        periods.period_end_date,
        breakdown_values.breakdown,
        breakdown_values.breakdown_value
    from indicators
    inner join indicator_periods as periods
        on
            indicators.la_code = periods.la_code
            and indicators.indicator_code = periods.indicator_code
    inner join breakdown_values
        on
            indicators.la_code = breakdown_values.la_code
            and indicators.indicator_code = breakdown_values.indicator_code
            and (breakdown_values.breakdown = 'all' or periods.has_breakdowns)
    left join gaps
        on
            indicators.la_code = gaps.la_code
            and indicators.indicator_code = gaps.indicator_code
            and periods.period_number = gaps.period_number
    left join minimum_denominator
        on
            indicators.aggregation = minimum_denominator.aggregation
            and periods.period_end_date >= minimum_denominator.valid_from
            and (
                periods.period_end_date < minimum_denominator.valid_to
                or minimum_denominator.valid_to is null
            )
)
{%- endmacro %}
