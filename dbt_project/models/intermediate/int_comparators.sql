-- One row per authority, indicator, version of the neighbour model and published year: what the
-- figure of the authority is compared with. It holds from the end of its year until that of the
-- next one published: a period is compared with the newest year that had ended by its last day.
with

int_authorities as (
    select * from {{ ref('int_authorities') }}
),

published_figures as (
    select * from {{ ref('published_figures') }}
),

indicator_measure as (
    select * from {{ ref('indicator_measure') }}
),

comparator_stand_in as (
    select * from {{ ref('comparator_stand_in') }}
),

statistical_neighbour_model as (
    select * from {{ ref('statistical_neighbour_model') }}
),

bridge_statistical_neighbour as (
    select * from {{ ref('bridge_statistical_neighbour') }}
),

region as (
    select * from {{ ref('region') }}
),

-- A region has its own row in the files (its numerator over its denominator): it is never the mean
-- of its authorities. Inner and Outer London stand beside London and are no region of their own.
candidates as (
    select
        indicator_measure.indicator_code,
        indicator_measure.comparability,
        indicator_measure.difference,
        figures.geography_code,
        figures.reporting_year,
        figures.year_end_date,
        figures.value,
        figures.publication,
        figures.vintage,
        figures.region_code,
        row_number() over (
            partition by
                indicator_measure.indicator_code, figures.geography_code, figures.reporting_year
            order by
                case when figures.value is not null then 0 else 1 end,
                indicator_measure.rank,
                figures.measure_id
        ) as preference
    from published_figures as figures
    inner join indicator_measure
        on figures.measure_id = indicator_measure.measure_id
    where figures.is_used and indicator_measure.comparability <> 'not comparable'
),

figures as (
    select * from candidates
    where preference = 1
),

years as (
    select
        indicator_code,
        reporting_year,
        max(year_end_date) as year_end_date,
        max(vintage) as vintage,
        max(publication) as publication,
        max(comparability) as comparability,
        max(difference) as difference,
        lead(max(year_end_date)) over (
            partition by indicator_code order by reporting_year
        ) as next_year_end_date
    from figures
    group by indicator_code, reporting_year
),

authority_regions as (
    select
        int_authorities.la_code,
        coalesce(
            comparator_stand_in.region_code,
            own_region.geography_code,
            max(figures.region_code)
        ) as region_code
    from int_authorities
    left join comparator_stand_in
        on int_authorities.la_code = comparator_stand_in.la_code
    left join region as own_region on int_authorities.region_name = own_region.geography_name
    left join figures on int_authorities.la_code = figures.geography_code
    group by
        int_authorities.la_code,
        comparator_stand_in.region_code,
        own_region.geography_code
),

neighbour_values as (
    select
        bridge.la_code,
        bridge.model_version,
        figures.indicator_code,
        figures.reporting_year,
        median(figures.value) as median_value,
        avg(figures.value) as mean_value,
        min(figures.value) as minimum_value,
        max(figures.value) as maximum_value,
        count(figures.value) as used
    from bridge_statistical_neighbour as bridge
    inner join figures on bridge.neighbour_la_code = figures.geography_code
    group by
        bridge.la_code,
        bridge.model_version,
        figures.indicator_code,
        figures.reporting_year
),

final as (
    select
        authority_regions.la_code,
        years.indicator_code,
        model.model_version,
        years.reporting_year,
        years.year_end_date,
        years.next_year_end_date,
        model.valid_from as model_valid_from,
        model.valid_to as model_valid_to,
        model.method,
        case model.method
            when 'mean' then neighbour_values.mean_value
            else neighbour_values.median_value
        end as neighbours_value,
        neighbour_values.minimum_value as neighbours_minimum,
        neighbour_values.maximum_value as neighbours_maximum,
        coalesce(neighbour_values.used, 0) as neighbours_used,
        model.neighbours,
        region_figures.value as region_value,
        region.geography_name as region_name,
        england_figures.value as england_value,
        years.publication,
        years.vintage,
        case when years.comparability = 'close' then years.difference end as difference
    from authority_regions
    cross join years
    cross join statistical_neighbour_model as model
    left join neighbour_values
        on
            authority_regions.la_code = neighbour_values.la_code
            and years.indicator_code = neighbour_values.indicator_code
            and years.reporting_year = neighbour_values.reporting_year
            and model.model_version = neighbour_values.model_version
    left join region
        on authority_regions.region_code = region.geography_code
    left join figures as region_figures
        on
            authority_regions.region_code = region_figures.geography_code
            and years.indicator_code = region_figures.indicator_code
            and years.reporting_year = region_figures.reporting_year
    left join figures as england_figures
        on
            england_figures.geography_code = 'E92000001'
            and years.indicator_code = england_figures.indicator_code
            and years.reporting_year = england_figures.reporting_year
)

select * from final
