-- CL-09: of the care leavers of 18 to 20 who turned 18 in care, in foster care the day before,
-- those who still live with their former foster carers (accommodation Z). Returned home left out.
with

fct_care_leaver_month as (
    select * from {{ ref('fct_care_leaver_month') }}
),

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

turned_18_in_foster_care as (
    select distinct
        la_code,
        child_key,
        turned_18_date
    from fct_period_of_care
    where turned_18_placement_type_code in ('U1', 'U2', 'U3', 'U4', 'U5', 'U6')
),

of_foster_care as (
    select fct_care_leaver_month.*
    from fct_care_leaver_month
    inner join turned_18_in_foster_care
        on
            fct_care_leaver_month.la_code = turned_18_in_foster_care.la_code
            and fct_care_leaver_month.child_key = turned_18_in_foster_care.child_key
            and fct_care_leaver_month.month_end_date >= turned_18_in_foster_care.turned_18_date
),

final as (
    select
        {{ care_leaver_month_columns(
            numerator=one_if("accommodation_code = 'Z'"),
            denominator='1',
        ) }}
    from of_foster_care
    where
        is_in_scope
        and coalesce(in_touch_code, 'not known') <> 'RHOM'
        and age_years between 18 and 20
)

select * from final
