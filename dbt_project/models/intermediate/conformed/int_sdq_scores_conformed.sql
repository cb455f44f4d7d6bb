{% set columns = [
    'sdq_score_id',
    'completed_date',
    'score',
    'no_score_reason_code',
] %}

with

ssd_sdq_scores as (
    select * from {{ ref('stg_ssd__sdq_scores') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_sdq_scores', 'care', columns) }}
),

{{ latest_versions('sdq_scores', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        sdq_score_id,
        completed_date,
        score,
        no_score_reason_code,
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
