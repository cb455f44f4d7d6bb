{% set columns = [
    'referral_id',
    'start_date',
    'letter_sent_date',
    'is_family_group_offered',
    'is_family_group_held',
    'first_meeting_date',
    'review_meeting_count',
    'decision_date',
    'court_application_date',
] %}

with

cin_census_pre_proceedings as (
    select * from {{ ref('stg_cin_census__pre_proceedings') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('cin_census_pre_proceedings', 'front_door', columns) }}
),

{{ latest_versions('pre_proceedings', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        referral_id,
        start_date,
        letter_sent_date,
        is_family_group_offered,
        is_family_group_held,
        first_meeting_date,
        review_meeting_count,
        decision_date,
        court_application_date,
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
