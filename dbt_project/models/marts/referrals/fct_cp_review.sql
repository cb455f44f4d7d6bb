with

reviews as (
    select * from {{ ref('int_cp_reviews_conformed') }}
),

plans as (
    select * from {{ ref('int_cp_plans_conformed') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

final as (
    select
        reviews.record_key as cp_review_key,
        reviews.la_code,
        reviews.child_key,
        plans.record_key as cp_plan_key,
        reviews.due_date,
        reviews.review_date,
        reviews.is_continued,
        localities.locality_key,
        reviews.load_id,
        reviews.source_file,
        reviews.row_number
    from reviews
    left join plans
        on
            reviews.la_code = plans.la_code
            and reviews.source_system = plans.source_system
            and reviews.child_key = plans.child_key
            and reviews.cp_plan_id = plans.cp_plan_id
    {{ join_locality('reviews', 'coalesce(reviews.review_date, reviews.due_date)') }}
)

select * from final
