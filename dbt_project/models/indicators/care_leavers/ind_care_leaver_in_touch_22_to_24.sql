-- CL-10: of the care leavers aged 22 to 24 (returned home left out), those in touch.
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
            numerator=one_if("in_touch_code = 'YES'"),
            denominator='1',
        ) }}
    from fct_care_leaver_month
    where
        is_in_scope
        and coalesce(in_touch_code, 'not known') <> 'RHOM'
        and {{ is_in_age_band('age_years', 'care_leaver', '22 to 24') }}
)

select * from final
