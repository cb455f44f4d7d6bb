-- PRM-08: of the children looked after, those placed for adoption; they are looked after until
-- the order.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ cla_month_columns(
            related_record_key='placement_key',
            numerator=one_if("placement_type_code in ('A3', 'A4', 'A5', 'A6')"),
            denominator='1',
        ) }}
    from fct_cla_month
    where is_looked_after
)

select * from final
