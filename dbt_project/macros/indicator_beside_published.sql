{#
    The CTE `compared`: the rows of the CTE `figures`, each beside what is published of the
    authority's statistical neighbours, its region and England.
#}
{% macro indicator_beside_published(figures) -%}
int_comparators as (
    select * from {{ ref('int_comparators') }}
),

indicator_measure as (
    select * from {{ ref('indicator_measure') }}
),

period_type as (
    select * from {{ ref('period_type') }}
),

measured as (
    select
        indicator_code,
        max(case when comparability <> 'not comparable' then 1 else 0 end) as is_comparable,
        max(case when comparability = 'not comparable' then difference end) as why_not
    from indicator_measure
    group by indicator_code
),

-- Published figures are of a year or of one day in it: no count or rate of a shorter time is put
-- beside them. A share of half a year may be, as committees do, and the row says so.
comparable as (
    select
        {{ figures }}.*,
        period_type.title as period_title,
        coalesce(period_type.measured_as = 'snapshot' or period_type.months = 12, false)
            as is_annual,
        coalesce(
            period_type.measured_as = 'event'
            and period_type.months = 6
            and {{ figures }}.unit = 'percent',
            false
        ) as is_half_yearly
    from {{ figures }}
    left join period_type on {{ figures }}.period_type = period_type.period_type
),

compared as (
    select
        comparable.*,
        measured.is_comparable,
        measured.why_not,
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
        case
            when comparable.is_half_yearly and comparators.reporting_year is not null
                then concat_ws(' ', comparators.difference, 'The published figure is of a year.')
            else comparators.difference
        end as comparator_difference
    from comparable
    left join measured on comparable.indicator_code = measured.indicator_code
    left join int_comparators as comparators
        on
            comparable.la_code = comparators.la_code
            and comparable.indicator_code = comparators.indicator_code
            and (comparable.is_annual or comparable.is_half_yearly)
            and comparable.period_end_date >= comparators.year_end_date
            and (
                comparable.period_end_date < comparators.next_year_end_date
                or comparators.next_year_end_date is null
            )
            and comparable.period_end_date >= comparators.model_valid_from
            and (
                comparable.period_end_date < comparators.model_valid_to
                or comparators.model_valid_to is null
            )
)
{%- endmacro %}
