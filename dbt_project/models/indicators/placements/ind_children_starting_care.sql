-- CLA-03: periods of care by their start, under 18 and not in short breaks then; a child counts
-- once.
with

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_period_of_care',
            record_key='period_of_care_key',
            event_date='start_date',
            age_years='age_at_start_years',
            team_key='team_key',
            legal_status_code="coalesce(start_legal_status_code, 'not known')",
            placement_type_code="coalesce(start_placement_type_code, 'not known')",
            is_unaccompanied='is_unaccompanied_at_start',
        ) }}
    from fct_period_of_care
    where is_counted_start
)

select * from final
