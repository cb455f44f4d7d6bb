-- UASC-02: of the children who came into care, those who were unaccompanied on the first day.
with

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

final as (
    select
        {{ care_start_columns(
            numerator=one_if('is_unaccompanied_at_start'),
            denominator='1',
        ) }}
    from fct_period_of_care
    where is_counted_start
)

select * from final
