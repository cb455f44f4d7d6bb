-- CL-09: of the care leavers of 18 to 20 who were in care until 18 and in foster care last, those who
-- still live with their former foster carers (accommodation Z).
with

fct_care_leaver_month as (
    select * from {{ ref('fct_care_leaver_month') }}
),

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

left_foster_care_at_18 as (
    select distinct
        la_code,
        child_key,
        end_date
    from fct_period_of_care
    where
        is_counted_end
        and age_at_end_years >= 18
        and end_placement_type_code in ('U1', 'U2', 'U3', 'U4', 'U5', 'U6')
),

of_foster_care as (
    select fct_care_leaver_month.*
    from fct_care_leaver_month
    inner join left_foster_care_at_18
        on
            fct_care_leaver_month.la_code = left_foster_care_at_18.la_code
            and fct_care_leaver_month.child_key = left_foster_care_at_18.child_key
            and fct_care_leaver_month.month_end_date >= left_foster_care_at_18.end_date
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
        and age_years between 18 and 20
)

select * from final
