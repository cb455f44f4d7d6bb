with

periods as (
    select * from {{ ref('int_periods_of_care_merged') }}
),

reviews as (
    select * from {{ ref('int_cla_reviews_conformed') }}
),

authorities as (
    select * from {{ ref('int_authorities') }}
),

dates as (
    select * from {{ ref('dim_date') }}
),

{{ working_day_after(
    'first_deadlines', rule('first_review_working_days', 'start_days.date_day')
) }},

-- Where care began before the extract's history, earlier reviews are not known.
described_periods as (
    select
        periods.period_of_care_key,
        periods.la_code,
        periods.child_key,
        periods.start_date,
        periods.end_date,
        first_deadlines.due_date as first_deadline_date,
        periods.start_date >= authorities.history_start_date as is_known_from_start
    from periods
    inner join authorities on periods.la_code = authorities.la_code
    left join first_deadlines on periods.start_date = first_deadlines.start_date
),

held_reviews as (
    select distinct
        described_periods.period_of_care_key,
        reviews.review_date
    from described_periods
    inner join reviews
        on
            described_periods.la_code = reviews.la_code
            and described_periods.child_key = reviews.child_key
            and described_periods.start_date <= reviews.review_date
            and (
                described_periods.end_date is null
                or described_periods.end_date >= reviews.review_date
            )
    where not coalesce(reviews.is_cancelled, false)
),

numbered_reviews as (
    select
        period_of_care_key,
        review_date,
        row_number() over (
            partition by period_of_care_key order by review_date
        ) as review_number
    from held_reviews
),

-- The start asks for the first review, each review for the next.
steps as (
    select
        period_of_care_key,
        0 as reviews_held,
        cast(null as date) as review_date
    from described_periods

    union all

    select
        period_of_care_key,
        review_number as reviews_held,
        review_date
    from numbered_reviews
),

deadlines as (
    select
        described_periods.period_of_care_key,
        described_periods.la_code,
        described_periods.child_key,
        described_periods.end_date,
        coalesce(steps.review_date, described_periods.start_date) as asked_date,
        described_periods.is_known_from_start or steps.reviews_held > 0 as is_asked,
        case
            when steps.reviews_held = 0 then described_periods.first_deadline_date
            when steps.reviews_held = 1 and described_periods.is_known_from_start
                then {{ add_months(
                    'steps.review_date', rule('second_review_months', 'steps.review_date')
                ) }}
            else {{ add_months(
                'steps.review_date', rule('later_review_months', 'steps.review_date')
            ) }}
        end as deadline_date,
        next_reviews.review_date as held_date
    from steps
    inner join described_periods
        on steps.period_of_care_key = described_periods.period_of_care_key
    left join numbered_reviews as next_reviews
        on
            steps.period_of_care_key = next_reviews.period_of_care_key
            and steps.reviews_held + 1 = next_reviews.review_number
),

-- A child who has left by the deadline is owed no review.
final as (
    select
        period_of_care_key,
        la_code,
        child_key,
        asked_date,
        deadline_date,
        held_date,
        held_date is null or held_date > deadline_date as is_late
    from deadlines
    where
        is_asked
        and (end_date is null or end_date > deadline_date)
)

select * from final
