{% set columns = [
    'initial_conference_id',
    's47_enquiry_id',
    'referral_id',
    'target_date',
    'conference_date',
    'is_transfer_in',
    'is_cp_plan_outcome',
    'team',
    'worker_key',
] %}

with

ssd_initial_cp_conferences as (
    select * from {{ ref('stg_ssd__initial_cp_conferences') }}
),

annex_a_initial_conferences as (
    select * from {{ ref('stg_annex_a__initial_conferences') }}
),

cin_census_initial_conferences as (
    select * from {{ ref('stg_cin_census__initial_conferences') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_initial_cp_conferences', 'front_door', columns) }}
    union all
    {{ from_chosen_source('annex_a_initial_conferences', 'front_door', columns) }}
    union all
    {{ from_chosen_source('cin_census_initial_conferences', 'front_door', columns) }}
),

{{ latest_versions('initial_conferences', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        initial_conference_id,
        s47_enquiry_id,
        referral_id,
        target_date,
        conference_date,
        is_transfer_in,
        is_cp_plan_outcome,
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
