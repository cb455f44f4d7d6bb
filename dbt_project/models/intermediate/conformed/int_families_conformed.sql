{% set columns = [
    'family_id',
] %}

with

ssd_families as (
    select * from {{ ref('stg_ssd__families') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_families', 'front_door', columns) }}
),

{{ latest_versions('families', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        family_id,
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
