{% set columns = [
    'cp_plan_id',
    'referral_id',
    'initial_conference_id',
    'start_date',
    'end_date',
    'initial_category_code',
    'latest_category_code',
    'is_other_authority',
] %}

with

ssd_cp_plans as (
    select * from {{ ref('stg_ssd__cp_plans') }}
),

annex_a_cp_plans as (
    select * from {{ ref('stg_annex_a__cp_plans') }}
),

cin_census_cp_plans as (
    select * from {{ ref('stg_cin_census__cp_plans') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_cp_plans', 'front_door', columns) }}
    union all
    {{ from_chosen_source('annex_a_cp_plans', 'front_door', columns) }}
    union all
    {{ from_chosen_source('cin_census_cp_plans', 'front_door', columns) }}
),

{{ latest_versions('cp_plans', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        cp_plan_id,
        referral_id,
        initial_conference_id,
        start_date,
        end_date,
        initial_category_code,
        latest_category_code,
        is_other_authority,
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
