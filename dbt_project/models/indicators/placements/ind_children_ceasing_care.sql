-- CLA-04: periods of care by their end, not in short breaks the day before; a child counts
-- once. The team and the status as an unaccompanied child are those of the start.
with

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_period_of_care',
            record_key='period_of_care_key',
            event_date='end_date',
            age_years='age_at_end_years',
            team_key='team_key',
            legal_status_code="coalesce(end_legal_status_code, 'not known')",
            is_unaccompanied='is_unaccompanied_at_start',
        ) }}
    from fct_period_of_care
    where
        is_counted_end
        and end_date is not null
)

select * from final
