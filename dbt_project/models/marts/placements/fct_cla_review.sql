with

reviews as (
    select * from {{ ref('int_cla_reviews_conformed') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

final as (
    select
        reviews.record_key as cla_review_key,
        reviews.la_code,
        reviews.child_key,
        reviews.due_date,
        reviews.review_date,
        coalesce(reviews.is_cancelled, false) as is_cancelled,
        reviews.participation_code,
        {{ age_years(
            'persons.birth_date', 'coalesce(reviews.review_date, reviews.due_date)'
        ) }} as age_years,
        reviews.load_id,
        reviews.source_file,
        reviews.row_number
    from reviews
    left join persons
        on
            reviews.la_code = persons.la_code
            and reviews.child_key = persons.child_key
)

select * from final
