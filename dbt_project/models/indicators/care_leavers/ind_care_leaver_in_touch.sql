-- CL-02: of the care leavers of CL-01 (returned home left out), those in touch.
with

fct_care_leaver_month as (
    select * from {{ ref('fct_care_leaver_month') }}
),

final as (
    select
        {{ care_leaver_month_columns(
            numerator="case when in_touch_code = 'YES' then 1 else 0 end",
            denominator='1',
        ) }}
    from fct_care_leaver_month
    where
        is_in_scope
        and coalesce(in_touch_code, 'not known') <> 'RHOM'
)

select * from final
