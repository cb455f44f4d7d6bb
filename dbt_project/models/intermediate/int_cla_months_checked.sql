{{ config(materialized='view') }}

with

cla_months as (
    select * from {{ ref('int_cla_months') }}
),

events as (
    select * from {{ ref('int_health_events_gathered') }}
),

immunisations as (
    select * from {{ ref('int_immunisations_conformed') }}
),

sdq_scores as (
    select * from {{ ref('int_sdq_scores_conformed') }}
),

assessments as (
    select
        la_code,
        child_key,
        event_date as start_date
    from events
    where what = 'assessment'
),

{{ latest_until_next('assessments', [], 'start_date') }},

immunisation_statuses as (
    select
        record_key,
        la_code,
        child_key,
        status_date as start_date,
        is_immunised
    from immunisations
    where status_date is not null
),

{{ latest_until_next(
    'immunisation_statuses', ['is_immunised'], 'is_immunised desc, record_key'
) }},

scored_questionnaires as (
    select
        record_key,
        la_code,
        child_key,
        sdq_score_id,
        completed_date as start_date,
        score
    from sdq_scores
    where
        completed_date is not null
        and score is not null
),

{{ latest_until_next(
    'scored_questionnaires', ['score'], 'sdq_score_id desc nulls last, record_key desc'
) }},

-- The window of twelve whole months that ends on the day.
counted_events as (
    select
        cla_months.la_code,
        cla_months.child_key,
        cla_months.month_end_date,
        cast(count(*) filter (where events.what = 'assessment') as integer) as assessments,
        count(*) filter (where events.what = 'dental') > 0 as has_dental_check,
        count(*) filter (where events.what = 'development') > 0 as has_development_check,
        count(*) filter (where events.what = 'substance misuse') > 0 as has_substance_misuse,
        count(*) filter (where events.what = 'conviction') > 0 as has_conviction
    from cla_months
    inner join events
        on
            cla_months.la_code = events.la_code
            and cla_months.child_key = events.child_key
            and cla_months.window_start_date <= events.event_date
            and cla_months.month_end_date >= events.event_date
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
        latest_assessments.start_date as last_health_assessment_date,
        coalesce(counted_events.assessments, 0) as health_assessments_in_12_months,
        coalesce(counted_events.has_dental_check, false) as has_dental_check,
        coalesce(counted_events.has_development_check, false) as has_development_check,
        coalesce(latest_immunisations.is_immunised, false) as is_immunised,
        case
            when latest_scores.start_date >= cla_months.window_start_date then latest_scores.score
        end as sdq_score,
        coalesce(counted_events.has_substance_misuse, false) as has_substance_misuse,
        coalesce(counted_events.has_conviction, false) as has_conviction
    from cla_months
    left join counted_events
        on
            cla_months.la_code = counted_events.la_code
            and cla_months.child_key = counted_events.child_key
            and cla_months.month_end_date = counted_events.month_end_date
    left join assessments_until_next as latest_assessments
        on {{ same_child_at('cla_months', 'latest_assessments', 'cla_months.month_end_date') }}
    left join immunisation_statuses_until_next as latest_immunisations
        on {{ same_child_at('cla_months', 'latest_immunisations', 'cla_months.month_end_date') }}
    left join scored_questionnaires_until_next as latest_scores
        on {{ same_child_at('cla_months', 'latest_scores', 'cla_months.month_end_date') }}
)

select * from final
