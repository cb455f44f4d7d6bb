{% set columns = [
    'substance_misuse_id',
    'misuse_date',
    'is_intervention_received',
] %}

with

ssd_substance_misuses as (
    select * from {{ ref('stg_ssd__substance_misuses') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_substance_misuses', 'care', columns) }}
),

{{ latest_versions('substance_misuses', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        substance_misuse_id,
        misuse_date,
        is_intervention_received,
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
