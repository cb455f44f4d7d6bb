-- Each figure of rpt_indicator (breakdown all) beside the same period a year before, the
-- authority's target, and what is published of its statistical neighbours, its region and England.
{{ config(materialized='table', database='analyst') }}

with

rpt_indicator as (
    select * from {{ ref('rpt_indicator') }}
    where breakdown = 'all'
),

indicator as (
    select * from {{ ref('indicator') }}
),

authority as (
    select * from {{ ref('authority') }}
),

target as (
    select * from {{ ref('target') }}
),

int_comparators as (
    select * from {{ ref('int_comparators') }}
),

indicator_measure as (
    select * from {{ ref('indicator_measure') }}
),

period_type as (
    select * from {{ ref('period_type') }}
),

-- The last day of the same month a year before: of February that is the 28th or the 29th.
figures as (
    select
        rpt_indicator.*,
        indicator.unit,
        indicator.polarity,
        case indicator.polarity
            when 'higher is better' then 1
            when 'lower is better' then -1
        end as good_sign,
        coalesce(authority.is_fictional, false) as is_fictional,
        {{ add_days(add_months(add_days('rpt_indicator.period_end_date', 1), -12), -1) }}
            as base_period_end_date
    from rpt_indicator
    inner join indicator
        on
            rpt_indicator.indicator_code = indicator.indicator_code
            and rpt_indicator.as_at_date >= indicator.valid_from
            and (rpt_indicator.as_at_date < indicator.valid_to or indicator.valid_to is null)
    left join authority on rpt_indicator.la_code = authority.la_code
),

changed as (
    select
        figures.*,
        base.period_start_date as base_period_start_date,
        base.period_end_date as base_found_end_date,
        base.numerator as base_numerator,
        base.denominator as base_denominator,
        base.value as base_value,
        figures.value - base.value as difference
    from figures
    left join rpt_indicator as base
        on
            figures.la_code = base.la_code
            and figures.indicator_code = base.indicator_code
            and figures.period_type = base.period_type
            and figures.base_period_end_date = base.period_end_date
),

-- The authority's own row wins over the one for every fictional authority.
targeted as (
    select
        changed.*,
        coalesce(own.green_from, demonstration.green_from) as green_from,
        coalesce(own.amber_from, demonstration.amber_from) as amber_from,
        case when own.green_from is not null then own.source else demonstration.source end
            as target_source
    from changed
    left join target as own
        on
            changed.indicator_code = own.indicator_code
            and changed.la_code = own.la_code
            and changed.period_end_date >= own.valid_from
            and (changed.period_end_date < own.valid_to or own.valid_to is null)
    left join target as demonstration
        on
            changed.indicator_code = demonstration.indicator_code
            and changed.is_fictional
            and demonstration.la_code is null
            and changed.period_end_date >= demonstration.valid_from
            and (
                changed.period_end_date < demonstration.valid_to
                or demonstration.valid_to is null
            )
),

measured as (
    select
        indicator_code,
        max(case when comparability <> 'not comparable' then 1 else 0 end) as is_comparable,
        max(case when comparability = 'not comparable' then difference end) as why_not
    from indicator_measure
    group by indicator_code
),

-- Published figures are of a year or of one day in it: nothing that covers less than a year of
-- events is put beside them.
compared as (
    select
        targeted.*,
        measured.is_comparable,
        measured.why_not,
        coalesce(period_type.measured_as = 'snapshot' or period_type.months = 12, false)
            as is_annual,
        period_type.title as period_title,
        comparators.reporting_year as comparator_year,
        comparators.year_end_date as comparator_year_end_date,
        comparators.model_version,
        comparators.method,
        comparators.neighbours_value,
        comparators.neighbours_minimum,
        comparators.neighbours_maximum,
        comparators.neighbours_used,
        comparators.neighbours,
        comparators.region_value,
        comparators.region_name,
        comparators.england_value,
        comparators.publication,
        comparators.vintage,
        comparators.difference as comparator_difference
    from targeted
    left join measured on targeted.indicator_code = measured.indicator_code
    left join period_type on targeted.period_type = period_type.period_type
    left join int_comparators as comparators
        on
            targeted.la_code = comparators.la_code
            and targeted.indicator_code = comparators.indicator_code
            and (period_type.measured_as = 'snapshot' or period_type.months = 12)
            and targeted.period_end_date >= comparators.year_end_date
            and (
                targeted.period_end_date < comparators.next_year_end_date
                or comparators.next_year_end_date is null
            )
            and targeted.period_end_date >= comparators.model_valid_from
            and (
                targeted.period_end_date < comparators.model_valid_to
                or comparators.model_valid_to is null
            )
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
        unit,
        polarity,
        numerator,
        denominator,
        value,
        is_small_denominator,
        base_period_start_date,
        base_found_end_date as base_period_end_date,
        base_numerator,
        base_denominator,
        base_value,
        case when unit <> 'percent' then difference end as change_absolute,
        case when unit = 'percent' then difference end as change_percentage_points,
        case when base_value <> 0 then 100 * difference / base_value end as change_relative_pct,
        case
            when difference is null then cast(null as varchar)
            when difference = 0 then 'no change'
            when good_sign is null then 'neither'
            when difference * good_sign > 0 then 'better'
            else 'worse'
        end as change_meaning,
        case
            when difference is not null then cast(null as varchar)
            when availability <> 'available' then unavailable_reason
            when value is null then 'Nothing to divide by in this period.'
            when base_found_end_date is null
                then 'The extracts do not cover the same period a year before.'
            else 'Nothing to divide by a year before.'
        end as change_reason,
        green_from as target_value,
        case
            when value is null or green_from is null or good_sign is null
                then cast(null as varchar)
            when (value - green_from) * good_sign >= 0 then 'green'
            when (value - amber_from) * good_sign >= 0 then 'amber'
            else 'red'
        end as target_status,
        target_source,
        neighbours_value as statistical_neighbours_value,
        cast(neighbours_used as integer) as statistical_neighbours_count_used,
        cast(neighbours as integer) as statistical_neighbours_count,
        method as statistical_neighbours_method,
        model_version as statistical_neighbours_model_version,
        neighbours_minimum as statistical_neighbours_minimum,
        neighbours_maximum as statistical_neighbours_maximum,
        case
            when value is null or neighbours_value is null then cast(null as varchar)
            when value = neighbours_value then 'the same'
            when good_sign is null then 'neither'
            when (value - neighbours_value) * good_sign > 0 then 'better'
            else 'worse'
        end as statistical_neighbours_meaning,
        region_value,
        case when comparator_year is not null then region_name end as region_name,
        england_value,
        cast(comparator_year as integer) as comparator_year,
        comparator_year_end_date,
        publication as comparator_source,
        cast(vintage as integer) as comparator_vintage,
        comparator_difference,
        case
            when
                neighbours_value is not null
                or region_value is not null
                or england_value is not null
                then cast(null as varchar)
            when is_comparable is null then 'No figure is published that counts the same.'
            when is_comparable = 0 then why_not
            when not is_annual
                then
                    'Published figures are of a whole year: compare the reporting year or the '
                    || 'latest twelve months.'
            when comparator_year is null then 'No published year had ended by then.'
            else 'The published figures of that year are suppressed or not available.'
        end as comparator_reason
    from compared
)

select * from final
