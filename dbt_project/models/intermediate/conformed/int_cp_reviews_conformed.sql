{% set columns = [
    'cp_review_id',
    'cp_plan_id',
    'due_date',
    'review_date',
    'is_continued',
] %}

with

ssd_cp_reviews as (
    select * from {{ ref('stg_ssd__cp_reviews') }}
),

annex_a_cp_reviews as (
    select * from {{ ref('stg_annex_a__cp_reviews') }}
),

cin_census_cp_reviews as (
    select * from {{ ref('stg_cin_census__cp_reviews') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_cp_reviews', 'front_door', columns) }}
    union all
    {{ from_chosen_source('annex_a_cp_reviews', 'front_door', columns) }}
    union all
    {{ from_chosen_source('cin_census_cp_reviews', 'front_door', columns) }}
),

{{ latest_versions('cp_reviews', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        cp_review_id,
        cp_plan_id,
        due_date,
        review_date,
        is_continued,
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
