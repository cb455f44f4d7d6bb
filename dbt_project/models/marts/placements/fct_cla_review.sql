with

reviews as (
    select
        *,
        coalesce(review_date, due_date) as held_or_due_date
    from {{ ref('int_cla_reviews_conformed') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

circumstances as (
    select * from {{ ref('int_circumstances_resolved') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
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
        circumstances.legal_status_code,
        {{ age_years('persons.birth_date', 'reviews.held_or_due_date') }} as age_years,
        coalesce(circumstances.team_key, {{ unknown_team_key('reviews.la_code') }}) as team_key,
        localities.locality_key,
        reviews.load_id,
        reviews.source_file,
        reviews.row_number
    from reviews
    left join persons
        on {{ same_child('reviews', 'persons') }}
    left join circumstances
        on {{ same_child_at('reviews', 'circumstances', 'reviews.held_or_due_date') }}
    {{ join_locality('reviews', 'reviews.held_or_due_date') }}
)

select * from final
