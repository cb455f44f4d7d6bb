-- CL-06: of the care leavers of CL-01 aged 17 to 18 (returned home left out), those in
-- education, employment or training; not known is not.
with

fct_care_leaver_month as (
    select * from {{ ref('fct_care_leaver_month') }}
),

age_band as (
    select * from {{ ref('age_band') }}
    where
        age_band_set = 'care_leaver'
        and age_band = '17 to 18'
),

of_that_age as (
    select fct_care_leaver_month.*
    from fct_care_leaver_month
    inner join age_band on fct_care_leaver_month.age_years = age_band.age_years
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_care_leaver_month',
            record_key='care_leaver_month_key',
            related_record_key='care_leaver_outcome_key',
            event_date='month_end_date',
            numerator='case when is_in_education_employment_training then 1 else 0 end',
            denominator='1',
            age_years='age_years',
            team_key='team_key',
            is_unaccompanied='is_unaccompanied',
        ) }}
    from of_that_age
    where
        is_in_scope
        and coalesce(in_touch_code, 'not known') <> 'RHOM'
)

select * from final
