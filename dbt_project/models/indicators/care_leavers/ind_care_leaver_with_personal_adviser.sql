-- CL-07: of the relevant and former relevant care leavers whom the council is to support, those
-- with a personal adviser.
with

fct_care_leaver_month as (
    select * from {{ ref('fct_care_leaver_month') }}
),

final as (
    select
        {{ care_leaver_month_columns(
            numerator=one_if('has_personal_adviser'),
            denominator='1',
        ) }}
    from fct_care_leaver_month
    where
        is_to_be_supported
        and eligibility_code in ('RELEVANT', 'FORMER_RELEVANT')
)

select * from final
