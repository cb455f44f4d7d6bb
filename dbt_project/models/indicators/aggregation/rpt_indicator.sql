-- Every figure: one row per authority, indicator, period, breakdown and value of it. A period
-- without records has its row; of the breakdowns, the values that occur in any period shown.
--
-- What the numerator and the denominator are depends on what the aggregation gives:
-- count         the count; none
-- share         those that count; all
-- distribution  those with the breakdown's value; all to whom the breakdown applies
-- rate          records (or children); the children who live in the area
-- ratio         records; the children who have one
-- median …      none; the records measured
{{ config(materialized='table', database='analyst') }}

with

int_indicator_availability as (
    select * from {{ ref('int_indicator_availability') }}
),

int_indicator_periods as (
    select * from {{ ref('int_indicator_periods') }}
),

gaps as (
    select * from {{ ref('int_indicator_gaps') }}
),

int_indicator_populations as (
    select * from {{ ref('int_indicator_populations') }}
),

minimum_denominator as (
    select * from {{ ref('minimum_denominator') }}
),

totals as (
    select
        *,
        cast(null as double) as value,
        cast(null as double) as lower_bound,
        cast(null as double) as upper_bound
    from {{ ref('int_indicator_record_totals') }}

    union all

    select
        *,
        cast(null as double) as value,
        cast(null as double) as lower_bound,
        cast(null as double) as upper_bound
    from {{ ref('int_indicator_child_totals') }}

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
    from {{ ref('int_indicator_quantity_totals') }}
),

-- Of a distribution, all to whom the breakdown applies.
distribution_totals as (
    select
        totals.la_code,
        totals.indicator_code,
        totals.period_number,
        totals.breakdown,
        sum(totals.numerator) as numerator,
        sum(coalesce(totals.sure_numerator, 0)) as sure_numerator
    from totals
    inner join int_indicator_availability as availability
        on
            totals.la_code = availability.la_code
            and totals.indicator_code = availability.indicator_code
    where availability.gives = 'distribution'
    group by
        totals.la_code,
        totals.indicator_code,
        totals.period_number,
        totals.breakdown
),

indicator_periods as (
    select
        availability.la_code,
        availability.indicator_code,
        periods.period_number,
        periods.period_type,
        periods.period_start_date,
        periods.period_end_date,
        periods.has_breakdowns
    from int_indicator_availability as availability
    inner join int_indicator_periods as periods
        on
            availability.la_code = periods.la_code
            and availability.measured_as = periods.measured_as
            and (
                availability.period_types is null
                or ' ' || availability.period_types || ' ' like '% ' || periods.period_type || ' %'
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
    from int_indicator_availability
),

wanted as (
    select
        availability.la_code,
        availability.as_at_date,
        availability.indicator_code,
        availability.indicator_name,
        case when gaps.period_number is null then availability.availability else 'not_delivered' end
            as availability,
        coalesce(gaps.unavailable_reason, availability.unavailable_reason) as unavailable_reason,
        availability.gives,
        case
            when availability.gives in ('count', 'share', 'distribution', 'rate', 'ratio')
                then availability.gives
            else 'quantity'
        end as kind,
        minimum_denominator.minimum_denominator,
        periods.period_number,
        periods.period_type,
        periods.period_start_date,
        periods.period_end_date,
        breakdown_values.breakdown,
        breakdown_values.breakdown_value
    from int_indicator_availability as availability
    inner join indicator_periods as periods
        on
            availability.la_code = periods.la_code
            and availability.indicator_code = periods.indicator_code
    inner join breakdown_values
        on
            availability.la_code = breakdown_values.la_code
            and availability.indicator_code = breakdown_values.indicator_code
            and (breakdown_values.breakdown = 'all' or periods.has_breakdowns)
    left join gaps
        on
            availability.la_code = gaps.la_code
            and availability.indicator_code = gaps.indicator_code
            and periods.period_number = gaps.period_number
    left join minimum_denominator
        on
            availability.aggregation = minimum_denominator.aggregation
            and periods.period_end_date >= minimum_denominator.valid_from
            and (
                periods.period_end_date < minimum_denominator.valid_to
                or minimum_denominator.valid_to is null
            )
),

counted as (
    select
        wanted.*,
        case
            when wanted.availability = 'available' and wanted.kind <> 'quantity'
                then coalesce(totals.numerator, 0)
        end as numerator,
        case
            when wanted.availability <> 'available' or wanted.kind = 'count' then null
            when wanted.kind = 'rate' then populations.children
            when wanted.kind = 'distribution' then coalesce(distribution_totals.numerator, 0)
            else coalesce(totals.denominator, 0)
        end as denominator,
        coalesce(totals.sure_numerator, 0) as sure_numerator,
        case
            when wanted.kind = 'distribution'
                then distribution_totals.numerator - distribution_totals.sure_numerator
            else coalesce(totals.doubtful_denominator, 0)
        end as doubtful_denominator,
        case when wanted.availability = 'available' then totals.value end as quantity_value,
        case when wanted.availability = 'available' then totals.lower_bound end
            as quantity_lower_bound,
        case when wanted.availability = 'available' then totals.upper_bound end
            as quantity_upper_bound
    from wanted
    left join totals
        on
            wanted.la_code = totals.la_code
            and wanted.indicator_code = totals.indicator_code
            and wanted.period_number = totals.period_number
            and wanted.breakdown = totals.breakdown
            and wanted.breakdown_value = totals.breakdown_value
    left join distribution_totals
        on
            wanted.la_code = distribution_totals.la_code
            and wanted.indicator_code = distribution_totals.indicator_code
            and wanted.period_number = distribution_totals.period_number
            and wanted.breakdown = distribution_totals.breakdown
    left join int_indicator_populations as populations
        on wanted.period_number = populations.period_number
),

final as (
    select
        la_code,
        as_at_date,
        indicator_code,
        indicator_name,
        period_type,
        period_start_date,
        period_end_date,
        breakdown,
        breakdown_value,
        cast(numerator as bigint) as numerator,
        cast(denominator as bigint) as denominator,
        case
            when kind = 'count' then cast(numerator as double)
            when kind = 'quantity' then quantity_value
            when denominator > 0
                then {{ indicator_value_of('numerator', 'denominator') }}
        end as value,
        case
            when availability <> 'available' then cast(null as double)
            when kind = 'count' then cast(sure_numerator as double)
            when kind = 'quantity' then quantity_lower_bound
            -- Records in doubt may be gone, but a child who has only such keeps one of them.
            when kind = 'ratio' and denominator > 0
                then {{ indicator_value_of(
                    '(sure_numerator + doubtful_denominator)', 'denominator'
                ) }}
            when denominator > 0 then {{ indicator_value_of('sure_numerator', 'denominator') }}
        end as lower_bound,
        case
            when kind = 'count' then cast(numerator as double)
            when kind = 'quantity' then quantity_upper_bound
            when kind = 'rate' and denominator > 0
                then {{ indicator_value_of('numerator', 'denominator') }}
            when kind = 'ratio' and denominator > doubtful_denominator
                then {{ indicator_value_of('numerator', '(denominator - doubtful_denominator)') }}
            when kind <> 'ratio' and denominator > 0
                then {{ indicator_value_of(
                    '(sure_numerator + doubtful_denominator)', 'denominator'
                ) }}
        end as upper_bound,
        coalesce(denominator > 0 and denominator < minimum_denominator, false)
            as is_small_denominator,
        availability,
        unavailable_reason
    from counted
)

select * from final
