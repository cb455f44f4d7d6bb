-- PRM-01: of the children who left care, those who were adopted.
with

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

final as (
    select
        {{ care_end_columns(
            numerator=one_if("end_reason_code in ('E11', 'E12')"),
            denominator='1',
        ) }}
    from fct_period_of_care
    where is_counted_end
)

select * from final
