-- PLC-10: of the children looked after, those placed with the authority's own provision. Not
-- known is not.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ cla_month_columns(
            related_record_key='placement_key',
            numerator=one_if("provider_code = 'PR1'"),
            denominator='1',
        ) }}
    from fct_cla_month
    where is_looked_after
)

select * from final
