with

cla_months as (
    select * from {{ ref('int_cla_months') }}
),

checks as (
    select * from {{ ref('int_health_checks_conformed') }}
    where
        status_code = 'COMPLETED'
        and check_date is not null
),

immunisations as (
    select * from {{ ref('int_immunisations_conformed') }}
),

sdq_scores as (
    select * from {{ ref('int_sdq_scores_conformed') }}
),

substance_misuses as (
    select * from {{ ref('int_substance_misuses_conformed') }}
),

convictions as (
    select * from {{ ref('int_convictions_conformed') }}
),

assessments as (
    select
        record_key,
        la_code,
        child_key,
        check_date as start_date
    from checks
    where health_check_type_code in ('INITIAL', 'REVIEW')
),

{{ latest_until_next('assessments', [], 'record_key') }},

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

-- What happened on a day, whichever table says so.
events as (
    select
        la_code,
        child_key,
        check_date as event_date,
        case
            when health_check_type_code in ('INITIAL', 'REVIEW') then 'assessment'
            when health_check_type_code = 'DENTAL' then 'dental'
            when health_check_type_code = 'DEVELOPMENT' then 'development'
        end as what
    from checks

    union all

    select
        la_code,
        child_key,
        misuse_date as event_date,
        'substance misuse' as what
    from substance_misuses

    union all

    select
        la_code,
        child_key,
        conviction_date as event_date,
        'conviction' as what
    from convictions
),

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
        on
            cla_months.la_code = latest_assessments.la_code
            and cla_months.child_key = latest_assessments.child_key
            and {{ is_open_at('latest_assessments.start_date', 'latest_assessments.end_date',
                              'cla_months.month_end_date') }}
    left join immunisation_statuses_until_next as latest_immunisations
        on
            cla_months.la_code = latest_immunisations.la_code
            and cla_months.child_key = latest_immunisations.child_key
            and {{ is_open_at('latest_immunisations.start_date', 'latest_immunisations.end_date',
                              'cla_months.month_end_date') }}
    left join scored_questionnaires_until_next as latest_scores
        on
            cla_months.la_code = latest_scores.la_code
            and cla_months.child_key = latest_scores.child_key
            and {{ is_open_at('latest_scores.start_date', 'latest_scores.end_date',
                              'cla_months.month_end_date') }}
)

select * from final
