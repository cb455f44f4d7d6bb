-- One row per duty towards a child in care, or back from being missing: the plan to be reviewed,
-- the first health assessment, the return interview; as int_duties_of_cases.
with

review_deadlines as (
    select * from {{ ref('int_cla_review_deadlines') }}
),

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

fct_missing_episode as (
    select * from {{ ref('fct_missing_episode') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'RHI-04A'
),

final as (
    select
        'care_review' as duty_code,
        'fct_period_of_care' as record_table,
        fct_period_of_care.period_of_care_key as record_key,
        fct_period_of_care.la_code,
        fct_period_of_care.child_key,
        review_deadlines.asked_date,
        review_deadlines.deadline_date as due_date,
        coalesce(review_deadlines.held_date, fct_period_of_care.end_date) as done_date,
        fct_period_of_care.team_key,
        cast(null as string) as worker_key
    from review_deadlines
    inner join fct_period_of_care
        on review_deadlines.period_of_care_key = fct_period_of_care.period_of_care_key

    union all

    select
        'initial_health_assessment' as duty_code,
        'fct_period_of_care' as record_table,
        period_of_care_key as record_key,
        la_code,
        child_key,
        start_date as asked_date,
        initial_health_assessment_due_date as due_date,
        coalesce(initial_health_assessment_date, end_date) as done_date,
        team_key,
        cast(null as string) as worker_key
    from fct_period_of_care
    where
        is_counted_start
        and initial_health_assessment_due_date is not null

    union all

    -- Held on a day that nobody wrote, it is held all the same; declined, it is asked no more.
    select
        'return_interview' as duty_code,
        'fct_missing_episode' as record_table,
        fct_missing_episode.missing_episode_key as record_key,
        fct_missing_episode.la_code,
        fct_missing_episode.child_key,
        fct_missing_episode.end_date as asked_date,
        {{ add_days('fct_missing_episode.end_date', 'threshold.threshold / 24') }} as due_date,
        cast(fct_missing_episode.interview_held_at as date) as done_date,
        fct_missing_episode.team_key,
        cast(null as string) as worker_key
    from fct_missing_episode
    inner join threshold on {{ holds_at('threshold', 'fct_missing_episode.end_date') }}
    where
        fct_missing_episode.missing_type_code = 'M'
        and fct_missing_episode.end_date is not null
        and fct_missing_episode.is_interview_required
        and not fct_missing_episode.is_interview_declined
        and (
            not fct_missing_episode.is_interview_accepted
            or fct_missing_episode.interview_held_at is not null
        )
)

select * from final
