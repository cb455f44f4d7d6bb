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

-- The last day of the same month a year before: of February that is the 28th or the 29th.
figures as (
    select
        rpt_indicator.*,
        indicator.unit,
        indicator.polarity,
        {{ indicator_good_sign('indicator.polarity') }} as good_sign,
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
        base.value as base_value
    from figures
    left join rpt_indicator as base
        on
            figures.la_code = base.la_code
            and figures.indicator_code = base.indicator_code
            and figures.period_type = base.period_type
            and figures.base_period_end_date = base.period_end_date
),

{{ indicator_targeted('changed') }},

{{ indicator_beside_published('targeted') }},

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
        {{ indicator_change('value', 'base_value', 'unit', 'good_sign') }},
        case
            when value - base_value is not null then cast(null as string)
            when availability <> 'available' then unavailable_reason
            when value is null then 'Nothing to divide by in this period.'
            when base_found_end_date is null
                then 'The extracts do not cover the same period a year before.'
            else 'Nothing to divide by a year before.'
        end as change_reason,
        green_from as target_value,
        case
            when value is null or green_from is null or good_sign is null
                then cast(null as string)
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
        {{ indicator_meaning('value - neighbours_value', 'good_sign', 'the same') }}
            as statistical_neighbours_meaning,
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
                then cast(null as string)
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
