{#
    A local extension stands beside whatever source gives the subject: no source is chosen.
#}
{% set columns = [
    'education_status_id',
    'education_status_code',
    'start_date',
    'end_date',
    'session_count',
    'school_phase_code',
] %}

with

received as (
    select * from {{ ref('stg_local__education_status') }}
),

{{ latest_versions('education_statuses', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        education_status_id,
        education_status_code,
        start_date,
        end_date,
        session_count,
        school_phase_code,
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
