-- PRM-07: of the children under a placement order, those not yet placed for adoption.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ cla_month_columns(
            related_record_key='placement_key',
            numerator=one_if(
                "coalesce(placement_type_code, 'not known') not in ('A3', 'A4', 'A5', 'A6')"
            ),
            denominator='1',
        ) }}
    from fct_cla_month
    where
        is_looked_after
        and legal_status_code = 'E1'
)

select * from final
