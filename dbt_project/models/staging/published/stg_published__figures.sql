-- A period is named by the year that it ends in: 2025, 202425, 2024-25, 2024/25, 2025 (Rev). A
-- figure is a number or a symbol; which is which is asked with a pattern, because a cast also
-- takes words such as 'infinity'.
with

figure as (
    select * from {{ source('published', 'figure') }}
),

trimmed as (
    select
        table_name,
        measure,
        trim(split_part(period, '(', 1)) as period,
        geography_level,
        country_code,
        region_code,
        region_name,
        la_code,
        geography_name,
        geography_number,
        nullif(trim(figure), '') as figure,
        _load_id as load_id,
        _source_file as source_file,
        _row_number as row_number
    from figure
),

final as (
    select
        table_name,
        measure,
        case
            when {{ matches('period', '^[0-9]{4}$') }} then cast(period as integer)
            when {{ matches('period', '[0-9]{2}$') }}
                then 2000 + cast(substr(period, length(period) - 1, 2) as integer)
        end as reporting_year,
        lower(geography_level) as geography_level,
        country_code,
        region_code,
        region_name,
        la_code,
        geography_name,
        cast(round(try_cast(geography_number as double)) as integer) as geography_number,
        case
            when {{ matches('figure', '^-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$') }}
                then round(cast(figure as double), 6)
        end as figure_value,
        case
            when not {{ matches('figure', '^-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$') }}
                then lower(figure)
        end as symbol,
        load_id,
        source_file,
        row_number
    from trimmed
)

select * from final
