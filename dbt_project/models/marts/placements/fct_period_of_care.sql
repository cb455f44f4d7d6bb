with

periods as (
    select * from {{ ref('int_periods_of_care_merged') }}
),

described_periods as (
    select * from {{ ref('int_periods_of_care_described') }}
),

initial_assessments as (
    select * from {{ ref('int_initial_health_assessments_matched') }}
),

previous_ends as (
    select * from {{ ref('int_previous_care_ends_matched') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

final as (
    select
        periods.period_of_care_key,
        periods.la_code,
        periods.child_key,
        periods.start_date,
        periods.end_date,
        described_periods.start_legal_status_code,
        described_periods.end_legal_status_code,
        periods.start_reason_code,
        periods.end_reason_code,
        periods.primary_need_code,
        not periods.is_continued_from_before as is_counted_start,
        periods.end_date is not null
        and not periods.is_dropped_from_returns as is_counted_end,
        periods.is_continued_from_before,
        periods.is_dropped_from_returns,
        initial_assessments.due_date as initial_health_assessment_due_date,
        initial_assessments.check_date as initial_health_assessment_date,
        described_periods.is_unaccompanied_at_start,
        described_periods.age_at_start_years,
        described_periods.age_at_end_years,
        previous_ends.previous_end_date,
        described_periods.turned_18_date,
        described_periods.turned_18_placement_type_code,
        described_periods.start_placement_type_code,
        described_periods.end_placement_type_code,
        described_periods.is_unaccompanied_at_end,
        described_periods.is_unaccompanied_at_18,
        described_periods.team_key,
        described_periods.end_team_key,
        described_periods.turned_18_team_key,
        localities.locality_key,
        periods.load_id,
        periods.source_file,
        periods.row_number
    from periods
    inner join described_periods
        on periods.period_of_care_key = described_periods.period_of_care_key
    left join initial_assessments
        on periods.period_of_care_key = initial_assessments.period_of_care_key
    left join previous_ends
        on periods.period_of_care_key = previous_ends.period_of_care_key
    {{ join_locality('periods', 'periods.start_date') }}
)

select * from final
