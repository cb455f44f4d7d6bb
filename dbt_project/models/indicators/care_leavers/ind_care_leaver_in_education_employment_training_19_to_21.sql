-- CL-05: of the care leavers of CL-01 aged 19 to 21 (returned home left out), those in
-- education, employment or training; not known is not.
with

fct_care_leaver_month as (
    select * from {{ ref('fct_care_leaver_month') }}
),

age_band as (
    select * from {{ ref('age_band') }}
),

final as (
    select
        {{ care_leaver_month_columns(
            numerator='case when is_in_education_employment_training then 1 else 0 end',
            denominator='1',
        ) }}
    from fct_care_leaver_month
    where
        is_in_scope
        and coalesce(in_touch_code, 'not known') <> 'RHOM'
        and {{ is_in_age_band('age_years', 'care_leaver', '19 to 21') }}
)

select * from final
