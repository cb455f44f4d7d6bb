{% set columns = [
    'assessment_id',
    'referral_id',
    'start_date',
    'authorised_date',
    'is_child_seen',
    'is_no_further_action',
    'outcome_codes',
    'team',
    'worker_key',
] %}

with

ssd_cin_assessments as (
    select * from {{ ref('stg_ssd__cin_assessments') }}
),

annex_a_assessments as (
    select * from {{ ref('stg_annex_a__assessments') }}
),

cin_census_assessments as (
    select * from {{ ref('stg_cin_census__assessments') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_cin_assessments', 'front_door', columns) }}
    union all
    {{ from_chosen_source('annex_a_assessments', 'front_door', columns) }}
    union all
    {{ from_chosen_source('cin_census_assessments', 'front_door', columns) }}
),

{{ latest_versions('assessments', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        assessment_id,
        referral_id,
        start_date,
        authorised_date,
        is_child_seen,
        is_no_further_action,
        outcome_codes,
        team,
        worker_key,
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
