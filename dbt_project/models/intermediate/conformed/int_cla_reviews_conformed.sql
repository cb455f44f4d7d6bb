{#
    A review without a person column is of the person of any episode with its care id.
#}
{% set columns = [
    'cla_review_id',
    'care_id',
    'due_date',
    'review_date',
    'is_cancelled',
    'participation_code',
] %}

with

ssd_cla_review_rows as (
    select * from {{ ref('stg_ssd__cla_reviews') }}
),

ssd_cla_episodes as (
    select * from {{ ref('stg_ssd__cla_episodes') }}
),

ssda903_reviews as (
    select * from {{ ref('stg_ssda903__reviews') }}
),

annex_a_cla_reviews as (
    select * from {{ ref('stg_annex_a__cla_reviews') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

care_children as (
    {{ children_of_care('ssd_cla_episodes') }}
),

ssd_cla_reviews as (
    {{ with_child_of_care('ssd_cla_review_rows', columns) }}
),

received as (
    {{ from_chosen_source('ssd_cla_reviews', 'care', columns) }}
    union all
    {{ from_chosen_source('ssda903_reviews', 'care', columns) }}
    union all
    {{ from_chosen_source('annex_a_cla_reviews', 'care', columns) }}
),

{{ latest_versions('cla_reviews', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        cla_review_id,
        care_id,
        due_date,
        review_date,
        is_cancelled,
        participation_code,
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
