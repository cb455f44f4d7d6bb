-- Published statistics: those landed, and the few that the project carries so that comparisons can
-- be shown anywhere. Of several figures of one measure, place and year the comparators use one:
-- a landed one before a carried one, then the newest vintage (published series are restated).
with

stg_published__figures as (
    select * from {{ ref('stg_published__figures') }}
),

published_figure as (
    select * from {{ ref('published_figure') }}
),

published_measure as (
    select * from {{ ref('published_measure') }}
),

published_symbol as (
    select * from {{ ref('published_symbol') }}
),

region as (
    select * from {{ ref('region') }}
),

vintages as (
    select
        source_file,
        max(reporting_year) as vintage
    from stg_published__figures
    group by source_file
),

landed as (
    select
        figures.table_name,
        figures.measure,
        figures.reporting_year,
        case
            when by_number.geography_code is not null then by_number.geography_level
            when figures.geography_level is null then 'local authority'
            else figures.geography_level
        end as geography_level,
        case
            when by_number.geography_code is not null then by_number.geography_code
            when figures.geography_level is null then cast(figures.geography_number as string)
            when figures.geography_level = 'national' then figures.country_code
            when figures.geography_level = 'regional' then figures.region_code
            else figures.la_code
        end as geography_code,
        coalesce(
            case
                when figures.geography_level = 'national' then 'England'
                when figures.geography_level = 'regional' then figures.region_name
            end,
            figures.geography_name
        ) as geography_name,
        coalesce(by_code.part_of, by_name.part_of, figures.region_code, by_name.geography_code)
            as region_code,
        figures.figure_value,
        figures.symbol,
        vintages.vintage,
        figures.load_id,
        figures.source_file,
        figures.row_number
    from stg_published__figures as figures
    left join vintages on figures.source_file = vintages.source_file
    left join region as by_number on figures.geography_number = by_number.lait_number
    left join region as by_code on figures.region_code = by_code.geography_code
    left join region as by_name
        on
            figures.geography_level is null
            and lower(figures.region_name) = lower(by_name.geography_name)
),

united as (
    select
        published_measure.measure_id,
        landed.table_name,
        landed.measure,
        landed.reporting_year,
        published_measure.year_end,
        landed.geography_level,
        landed.geography_code,
        landed.geography_name,
        landed.region_code,
        landed.figure_value,
        landed.symbol,
        published_measure.unit,
        published_measure.publication,
        'landed' as origin,
        landed.vintage,
        landed.load_id,
        landed.source_file,
        landed.row_number
    from landed
    left join published_measure
        on
            landed.table_name = published_measure.table_name
            and landed.measure = published_measure.measure

    union all

    select
        published_figure.measure_id,
        published_measure.table_name,
        published_measure.measure,
        published_figure.reporting_year,
        published_measure.year_end,
        coalesce(region.geography_level, 'local authority') as geography_level,
        published_figure.geography_code,
        region.geography_name,
        case when region.geography_level = 'regional' then region.geography_code end
            as region_code,
        published_figure.value as figure_value,
        published_figure.symbol,
        published_measure.unit,
        published_measure.publication,
        'carried' as origin,
        published_figure.vintage,
        cast(null as string) as load_id,
        cast(null as string) as source_file,
        cast(null as bigint) as row_number
    from published_figure
    inner join published_measure
        on published_figure.measure_id = published_measure.measure_id
    left join region on published_figure.geography_code = region.geography_code
),

ordered as (
    select
        *,
        row_number() over (
            partition by measure_id, geography_code, reporting_year
            order by
                case when origin = 'landed' then 0 else 1 end,
                vintage desc nulls last,
                source_file desc nulls last,
                row_number desc nulls last
        ) as preference
    from united
    where measure_id is not null and reporting_year is not null

    union all

    select
        *,
        cast(null as bigint) as preference
    from united
    where measure_id is null or reporting_year is null
),

final as (
    select
        ordered.measure_id,
        ordered.table_name,
        ordered.measure,
        ordered.unit,
        ordered.geography_level,
        ordered.geography_code,
        ordered.geography_name,
        ordered.region_code,
        ordered.reporting_year,
        cast(
            cast(ordered.reporting_year as string) || '-' || coalesce(ordered.year_end, '03-31')
            as date
        ) as year_end_date,
        ordered.figure_value as value,
        ordered.symbol,
        case
            when ordered.figure_value is not null then cast(null as string)
            when published_symbol.reason is not null then published_symbol.reason
            when ordered.symbol is null then 'Not given'
            else 'Not understood'
        end as reason,
        ordered.publication,
        ordered.origin,
        ordered.vintage,
        coalesce(ordered.preference = 1, false) as is_used,
        ordered.load_id,
        ordered.source_file,
        ordered.row_number
    from ordered
    left join published_symbol on ordered.symbol = published_symbol.symbol
)

select * from final
