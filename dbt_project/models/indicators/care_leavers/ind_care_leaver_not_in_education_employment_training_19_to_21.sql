-- CL-05c: of the care leavers of CL-05 (aged 19 to 21, returned home left out): those not in
-- education, employment or training, for whatever reason.
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
            numerator=one_if("activity_code in ('G4', 'G5', 'G6')"),
            denominator='1',
        ) }}
    from fct_care_leaver_month
    where
        is_in_scope
        and coalesce(in_touch_code, 'not known') <> 'RHOM'
        and {{ is_in_age_band('age_years', 'care_leaver', '19 to 21') }}
)

select * from final
