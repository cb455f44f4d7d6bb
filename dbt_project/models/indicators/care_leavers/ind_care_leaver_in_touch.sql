-- CL-02: of the care leavers of CL-01 (returned home left out), those in touch.
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
            numerator="case when in_touch_code = 'YES' then 1 else 0 end",
            denominator='1',
            age_years='age_years',
            team_key='team_key',
            is_unaccompanied='is_unaccompanied',
        ) }}
    from fct_care_leaver_month
    where
        is_in_scope
        and coalesce(in_touch_code, 'not known') <> 'RHOM'
)

select * from final
