-- CL-03: of the care leavers of CL-01 aged 17 to 18 (returned home, abroad, deported and
-- residence not known left out), those in suitable accommodation; not known is not suitable.
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
            numerator='case when is_accommodation_suitable then 1 else 0 end',
            denominator='1',
        ) }}
    from fct_care_leaver_month
    where
        is_in_scope
        and coalesce(in_touch_code, 'not known') <> 'RHOM'
        and {{ is_accommodation_asked('accommodation_code') }}
        and {{ is_in_age_band('age_years', 'care_leaver', '17 to 18') }}
)

select * from final
