with

reviews as (
    select * from {{ ref('int_cla_reviews_conformed') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

legal_statuses as (
    select * from {{ ref('int_legal_statuses_resolved') }}
),

teams as (
    select * from {{ ref('int_teams_resolved') }}
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
        legal_statuses.legal_status_code,
        {{ age_years(
            'persons.birth_date', 'coalesce(reviews.review_date, reviews.due_date)'
        ) }} as age_years,
        coalesce(teams.team_key, {{ unknown_team_key('reviews.la_code') }}) as team_key,
        reviews.load_id,
        reviews.source_file,
        reviews.row_number
    from reviews
    left join persons
        on
            reviews.la_code = persons.la_code
            and reviews.child_key = persons.child_key
    left join legal_statuses
        on
            reviews.la_code = legal_statuses.la_code
            and reviews.child_key = legal_statuses.child_key
            and {{ is_open_at('legal_statuses.start_date', 'legal_statuses.end_date',
                              'coalesce(reviews.review_date, reviews.due_date)') }}
    left join teams
        on
            reviews.la_code = teams.la_code
            and reviews.child_key = teams.child_key
            and {{ is_open_at('teams.start_date', 'teams.end_date',
                              'coalesce(reviews.review_date, reviews.due_date)') }}
)

select * from final
