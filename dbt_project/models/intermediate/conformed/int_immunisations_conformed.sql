{% set columns = [
    'status_date',
    'is_immunised',
] %}

with

ssd_immunisations as (
    select * from {{ ref('stg_ssd__immunisations') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_immunisations', 'care', columns) }}
),

{{ latest_versions('immunisations', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        status_date,
        is_immunised,
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
