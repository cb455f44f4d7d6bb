{% set columns = [
    's47_enquiry_id',
    'referral_id',
    'start_date',
    'end_date',
    'is_no_further_action',
    'outcome_codes',
    'team',
    'worker_key',
] %}

with

ssd_s47_enquiries as (
    select * from {{ ref('stg_ssd__s47_enquiries') }}
),

annex_a_s47_enquiries as (
    select * from {{ ref('stg_annex_a__s47_enquiries') }}
),

cin_census_s47_enquiries as (
    select * from {{ ref('stg_cin_census__s47_enquiries') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_s47_enquiries', 'front_door', columns) }}
    union all
    {{ from_chosen_source('annex_a_s47_enquiries', 'front_door', columns) }}
    union all
    {{ from_chosen_source('cin_census_s47_enquiries', 'front_door', columns) }}
),

{{ latest_versions('s47_enquiries', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        s47_enquiry_id,
        referral_id,
        start_date,
        end_date,
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
