-- UASC-08: of the care leavers of CL-01, those who had come as unaccompanied children.
with

fct_care_leaver_month as (
    select * from {{ ref('fct_care_leaver_month') }}
),

final as (
    select
        {{ care_leaver_month_columns(
            numerator=one_if('is_unaccompanied'),
            denominator='1',
        ) }}
    from fct_care_leaver_month
    where is_in_scope
)

select * from final
