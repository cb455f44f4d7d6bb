-- PLC-03: of children under 16 looked after for long, those in the same placement for long.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ cla_month_columns(
            related_record_key='placement_key',
            numerator='case when is_stable then 1 else 0 end',
            denominator='1',
        ) }}
    from fct_cla_month
    where is_long_term
)

select * from final
