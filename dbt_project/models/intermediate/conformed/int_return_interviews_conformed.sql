{#
    A local extension stands beside whatever source gives the subject: no source is chosen.
#}
{% set columns = [
    'return_interview_id',
    'missing_spell_id',
    'missing_start_at',
    'missing_end_at',
    'offered_code',
    'accepted_code',
    'offered_at',
    'held_at',
    'missing_reason_code',
    'is_independent',
] %}

with

received as (
    select * from {{ ref('stg_local__return_interviews') }}
),

{{ latest_versions('return_interviews', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        return_interview_id,
        missing_spell_id,
        missing_start_at,
        missing_end_at,
        offered_code,
        accepted_code,
        offered_at,
        held_at,
        missing_reason_code,
        is_independent,
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
