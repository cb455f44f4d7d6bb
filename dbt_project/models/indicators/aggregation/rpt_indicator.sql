-- Every figure: one row per authority, indicator, period, breakdown and value of it. A period
-- without records has its row; of the breakdowns, the values that occur in any period shown.
{{ config(materialized='table', database='analyst') }}

with

int_indicator_availability as (
    select * from {{ ref('int_indicator_availability') }}
),

int_indicator_periods as (
    select * from {{ ref('int_indicator_periods') }}
),

totals as (
    select * from {{ ref('int_indicator_record_totals') }}

    union all

    select * from {{ ref('int_indicator_child_totals') }}
),

breakdown_values as (
    select distinct
        la_code,
        indicator_code,
        breakdown,
        breakdown_value
    from totals
    where breakdown <> 'all'

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
        availability.availability,
        availability.unavailable_reason,
        availability.aggregation in ('share_of_records', 'share_of_children') as is_share,
        periods.period_number,
        periods.period_type,
        periods.period_start_date,
        periods.period_end_date,
        breakdown_values.breakdown,
        breakdown_values.breakdown_value
    from int_indicator_availability as availability
    inner join int_indicator_periods as periods
        on
            availability.la_code = periods.la_code
            and availability.measured_as = periods.measured_as
            and (
                availability.period_types is null
                or ' ' || availability.period_types || ' ' like '% ' || periods.period_type || ' %'
            )
    inner join breakdown_values
        on
            availability.la_code = breakdown_values.la_code
            and availability.indicator_code = breakdown_values.indicator_code
            and (breakdown_values.breakdown = 'all' or periods.has_breakdowns)
),

counted as (
    select
        wanted.*,
        case when availability = 'available' then coalesce(totals.numerator, 0) end as numerator,
        case
            when availability = 'available' and is_share then coalesce(totals.denominator, 0)
        end as denominator,
        coalesce(totals.sure_numerator, 0) as sure_numerator,
        coalesce(totals.doubtful_denominator, 0) as doubtful_denominator
    from wanted
    left join totals
        on
            wanted.la_code = totals.la_code
            and wanted.indicator_code = totals.indicator_code
            and wanted.period_number = totals.period_number
            and wanted.breakdown = totals.breakdown
            and wanted.breakdown_value = totals.breakdown_value
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
            when not is_share then cast(numerator as double)
            when denominator > 0 then cast(100 * numerator as double) / denominator
        end as value,
        case
            when availability <> 'available' then cast(null as double)
            when not is_share then cast(sure_numerator as double)
            when denominator > 0 then cast(100 * sure_numerator as double) / denominator
        end as lower_bound,
        case
            when not is_share then cast(numerator as double)
            when denominator > 0
                then
                    cast(100 * (sure_numerator + doubtful_denominator) as double) / denominator
        end as upper_bound,
        availability,
        unavailable_reason
    from counted
)

select * from final
