{% set columns = [
    'case_visit_id',
    'visit_kind',
    'cp_plan_id',
    'visit_date',
    'is_seen',
    'is_seen_alone',
    'is_bedroom_seen',
] %}

with

ssd_case_visits as (
    select * from {{ ref('stg_ssd__case_visits') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_case_visits', 'front_door', columns) }}
),

{{ latest_versions('case_visits', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        case_visit_id,
        visit_kind,
        cp_plan_id,
        visit_date,
        is_seen,
        is_seen_alone,
        is_bedroom_seen,
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
