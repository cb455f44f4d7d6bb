{% set columns = [
    'cin_plan_id',
    'referral_id',
    'start_date',
    'end_date',
    'team',
    'worker_key',
] %}

with

ssd_cin_plans as (
    select * from {{ ref('stg_ssd__cin_plans') }}
),

cin_census_cin_plans as (
    select * from {{ ref('stg_cin_census__cin_plans') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_cin_plans', 'front_door', columns) }}
    union all
    {{ from_chosen_source('cin_census_cin_plans', 'front_door', columns) }}
),

{{ latest_versions('cin_plans', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        cin_plan_id,
        referral_id,
        start_date,
        end_date,
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
