{% set columns = [
    'worker_key',
    'is_agency',
    'full_time_equivalency',
] %}

with

ssd_professionals as (
    select * from {{ ref('stg_ssd__professionals') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_professionals', 'all', columns, has_child=false) }}
),

{{ latest_versions('workers', columns, has_child=false) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        worker_key,
        is_agency,
        full_time_equivalency,
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
