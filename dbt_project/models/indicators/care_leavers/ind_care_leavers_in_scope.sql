-- CL-01: relevant, former relevant and qualifying care leavers of the ages covered, by the
-- observation that holds at the month end.
with

fct_care_leaver_month as (
    select * from {{ ref('fct_care_leaver_month') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_care_leaver_month',
            record_key='care_leaver_month_key',
            related_record_key='care_leaver_outcome_key',
            event_date='month_end_date',
            age_years='age_years',
            team_key='team_key',
            is_unaccompanied='is_unaccompanied',
        ) }}
    from fct_care_leaver_month
    where is_in_scope
)

select * from final
