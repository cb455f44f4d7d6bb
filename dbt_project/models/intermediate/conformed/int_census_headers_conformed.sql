{% set columns = [
    'census_year',
    'reference_date',
    'named_authority',
    'folder_month',
] %}

with

received as (
    select * from {{ ref('stg_cin_census__headers') }}
),

{{ latest_versions('census_headers', columns, has_child=false) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        census_year,
        reference_date,
        named_authority,
        folder_month,
        load_id,
        source_file,
        row_number,
        row_count,
        distinct_row_count,
        unreadable_dates,
        placeholder_dates,
        unknown_codes
    from latest
)

select * from final
