{% set columns = [
    'cla_visit_id',
    'care_id',
    'visit_date',
    'is_seen',
    'is_seen_alone',
] %}

with

ssd_cla_visits as (
    select * from {{ ref('stg_ssd__cla_visits') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_cla_visits', 'care', columns) }}
),

{{ latest_versions('cla_visits', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        cla_visit_id,
        care_id,
        visit_date,
        is_seen,
        is_seen_alone,
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
