{% set columns = [
    'missing_spell_id',
    'missing_type_code',
    'start_at',
    'end_at',
    'interview_offered_code',
    'interview_accepted_code',
] %}

with

ssd_missing_spells as (
    select * from {{ ref('stg_ssd__missing_spells') }}
),

ssda903_missing as (
    select * from {{ ref('stg_ssda903__missing') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_missing_spells', 'missing', columns) }}
    union all
    {{ from_chosen_source('ssda903_missing', 'missing', columns) }}
),

{{ latest_versions('missing_spells', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        missing_spell_id,
        missing_type_code,
        start_at,
        end_at,
        interview_offered_code,
        interview_accepted_code,
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
