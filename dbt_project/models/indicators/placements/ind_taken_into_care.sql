-- CLA-10: of the children who came into care, those taken into it: on the first day under a care
-- order, a placement order, police protection, or an emergency protection or child assessment
-- order. Section 20 is care by agreement, and remand is youth justice.
with

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

final as (
    select
        {{ care_start_columns(
            numerator=one_if(
                "start_legal_status_code in ('C1', 'C2', 'D1', 'E1', 'L1', 'L2', 'L3')"
            ),
            denominator='1',
        ) }}
    from fct_period_of_care
    where is_counted_start
)

select * from final
