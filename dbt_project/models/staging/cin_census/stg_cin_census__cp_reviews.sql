{% set content = [
    'la_child_id',
    'cpp_start_date',
    'cpp_review_date',
] %}
{% set dates = {
    'review_date': 'reviews.cpp_review_date',
} %}

with

reviews as (
    select * from {{ source('cin_census', 'reviews') }}
),

final as (
    select
        {{ technical_columns('cin_census', 'reviews') }},
        reviews._child_key as child_key,
        {{ census_record_id('reviews', ['cpp_start_date', 'cpp_review_date'], content) }}
            as record_id,
        {{ census_link('reviews', ['cpp_start_date', 'cpp_review_date']) }} as cp_review_id,
        {{ census_link('reviews', ['cpp_start_date']) }} as cp_plan_id,
        cast(null as date) as due_date,
        {{ clean_date('reviews.cpp_review_date') }} as review_date,
        cast(null as boolean) as is_continued,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        cast(null as string) as unknown_codes
    from reviews
)

select * from final
