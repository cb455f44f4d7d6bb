{% set columns = [
    'contact_id',
    'contact_date',
    'source_code',
    'outcome_codes',
] %}

with

ssd_contacts as (
    select * from {{ ref('stg_ssd__contacts') }}
),

annex_a_contacts as (
    select * from {{ ref('stg_annex_a__contacts') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_contacts', 'front_door', columns) }}
    union all
    {{ from_chosen_source('annex_a_contacts', 'front_door', columns) }}
),

{{ latest_versions('contacts', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        contact_id,
        contact_date,
        source_code,
        outcome_codes,
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
