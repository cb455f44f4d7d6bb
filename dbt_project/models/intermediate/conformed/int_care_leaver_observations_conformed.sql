{% set columns = [
    'observation_id',
    'observation_date',
    'eligibility_code',
    'in_touch_code',
    'accommodation_code',
    'suitability_code',
    'activity_code',
    'pathway_plan_review_date',
    'has_personal_adviser',
    'team',
    'worker_key',
] %}

with

ssd_care_leavers as (
    select * from {{ ref('stg_ssd__care_leavers') }}
),

ssda903_oc3 as (
    select * from {{ ref('stg_ssda903__oc3') }}
),

annex_a_care_leavers as (
    select * from {{ ref('stg_annex_a__care_leavers') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_care_leavers', 'care_leavers', columns) }}
    union all
    {{ from_chosen_source('ssda903_oc3', 'care_leavers', columns) }}
    union all
    {{ from_chosen_source('annex_a_care_leavers', 'care_leavers', columns) }}
),

{{ latest_versions('care_leaver_observations', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        observation_id,
        observation_date,
        eligibility_code,
        in_touch_code,
        accommodation_code,
        suitability_code,
        activity_code,
        pathway_plan_review_date,
        has_personal_adviser,
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
