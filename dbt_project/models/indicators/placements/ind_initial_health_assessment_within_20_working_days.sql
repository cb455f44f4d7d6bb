-- HLT-01: periods of care by the day on which the assessment is due, if they had not ended by then;
-- of those, the ones with a completed assessment by that day.
with

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_period_of_care',
            record_key='period_of_care_key',
            event_date='initial_health_assessment_due_date',
            numerator='case
                when initial_health_assessment_date <= initial_health_assessment_due_date then 1
                else 0
            end',
            denominator='1',
            age_years='age_at_start_years',
            team_key='team_key',
            legal_status_code="coalesce(start_legal_status_code, 'not known')",
            placement_type_code="coalesce(start_placement_type_code, 'not known')",
            is_unaccompanied='is_unaccompanied_at_start',
        ) }}
    from fct_period_of_care
    where
        is_counted_start
        and initial_health_assessment_due_date is not null
        and (end_date is null or end_date > initial_health_assessment_due_date)
)

select * from final
