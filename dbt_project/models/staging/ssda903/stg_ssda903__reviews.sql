{% set content = [
    'child',
    'dob',
    'review',
    'review_code',
] %}
{% set dates = {
    'review_date': 'reviews.review',
} %}
{% set codes = {
    'participation_code': 'participation_match',
} %}

with

reviews as (
    select * from {{ source('ssda903', 'reviews') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssda903', 'reviews') }},
        reviews._child_key as child_key,
        coalesce(
            cast({{ clean_date('reviews.review') }} as string),
            {{ row_hash('reviews', content) }}
        ) as record_id,
        cast(null as string) as cla_review_id,
        cast(null as string) as care_id,
        cast(null as date) as due_date,
        {{ clean_date('reviews.review') }} as review_date,
        false as is_cancelled,
        participation_match.code as participation_code,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from reviews
    {{ join_codes('participation_match', 'review_participation', 'reviews', 'review_code') }}
)

select * from final
