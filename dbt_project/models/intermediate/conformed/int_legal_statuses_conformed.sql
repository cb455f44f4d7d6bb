{% set columns = [
    'legal_status_id',
    'legal_status_code',
    'start_date',
    'end_date',
] %}

with

ssd_legal_statuses as (
    select * from {{ ref('stg_ssd__legal_statuses') }}
),

ssda903_episodes as (
    select * from {{ ref('int_ssda903_episodes_joined') }}
),

annex_a_legal_statuses as (
    select * from {{ ref('stg_annex_a__legal_statuses') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_legal_statuses', 'care', columns) }}
    union all
    {{ from_chosen_source('annex_a_legal_statuses', 'care', columns) }}
),

{{ latest_versions('legal_statuses', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        legal_status_id,
        legal_status_code,
        start_date,
        end_date,
        load_id,
        source_file,
        row_number,
        row_count,
        distinct_row_count,
        unreadable_dates,
        placeholder_dates,
        unknown_codes
    from latest
    union all
    select
        {{ hash_key(['source_system', 'la_code', "'legal_statuses'", 'record_id', 'child_key']) }}
            as record_key,
        la_code,
        source_system,
        child_key,
        record_id as legal_status_id,
        legal_status_code,
        start_date,
        end_date,
        load_id,
        source_file,
        row_number,
        row_count,
        distinct_row_count,
        unreadable_dates,
        placeholder_dates,
        legal_status_unknown_codes as unknown_codes
    from ssda903_episodes
)

select * from final
