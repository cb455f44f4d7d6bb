{{ config(materialized='view') }}

with

cla_months as (
    select * from {{ ref('int_cla_months') }}
),

deadlines as (
    select * from {{ ref('int_cla_review_deadlines') }}
),

cla_visits as (
    select * from {{ ref('int_cla_visits_conformed') }}
),

involvements as (
    select * from {{ ref('int_involvements_conformed') }}
),

counted_reviews as (
    select
        cla_months.la_code,
        cla_months.child_key,
        cla_months.month_end_date,
        cast(count(*) as integer) as reviews_due,
        cast(count(*) filter (where deadlines.is_late) as integer) as reviews_late
    from cla_months
    inner join deadlines
        on
            cla_months.la_code = deadlines.la_code
            and cla_months.child_key = deadlines.child_key
            and cla_months.window_start_date <= deadlines.deadline_date
            and cla_months.month_end_date >= deadlines.deadline_date
    group by
        cla_months.la_code,
        cla_months.child_key,
        cla_months.month_end_date
),

-- A visit is one on which the child was seen.
seen_visits as (
    select
        record_key,
        la_code,
        child_key,
        visit_date as start_date
    from cla_visits
    where
        is_seen
        and visit_date is not null
),

{{ latest_until_next('seen_visits', [], 'record_key') }},

-- Workers, not involvements: a worker who comes back is one. Those from before care count too.
counted_workers as (
    select
        cla_months.la_code,
        cla_months.child_key,
        cla_months.month_end_date,
        cast(count(distinct involvements.worker_key) as integer) as social_workers
    from cla_months
    inner join involvements
        on
            cla_months.la_code = involvements.la_code
            and cla_months.child_key = involvements.child_key
            and involvements.start_date <= cla_months.month_end_date
            and (
                involvements.end_date is null
                or (
                    involvements.end_date > cla_months.window_start_date
                    and involvements.end_date > involvements.start_date
                )
            )
    where {{ is_social_worker_role('involvements.role_code') }}
    group by
        cla_months.la_code,
        cla_months.child_key,
        cla_months.month_end_date
),

final as (
    select
        cla_months.la_code,
        cla_months.child_key,
        cla_months.month_end_date,
        coalesce(counted_reviews.reviews_due, 0) as reviews_due_in_12_months,
        coalesce(counted_reviews.reviews_late, 0) as reviews_late_in_12_months,
        last_visits.start_date as last_visit_date,
        coalesce(counted_workers.social_workers, 0) as social_workers_in_12_months
    from cla_months
    left join counted_reviews
        on
            cla_months.la_code = counted_reviews.la_code
            and cla_months.child_key = counted_reviews.child_key
            and cla_months.month_end_date = counted_reviews.month_end_date
    left join seen_visits_until_next as last_visits
        on {{ same_child_at('cla_months', 'last_visits', 'cla_months.month_end_date') }}
    left join counted_workers
        on
            cla_months.la_code = counted_workers.la_code
            and cla_months.child_key = counted_workers.child_key
            and cla_months.month_end_date = counted_workers.month_end_date
)

select * from final
