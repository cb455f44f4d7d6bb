-- PRM-05: of the children who left care, those who returned home.
with

fct_period_of_care as (
    select * from {{ ref('fct_period_of_care') }}
),

final as (
    select
        {{ care_end_columns(
            numerator=one_if("end_reason_code in ('E4A', 'E4B')"),
            denominator='1',
        ) }}
    from fct_period_of_care
    where is_counted_end
)

select * from final
