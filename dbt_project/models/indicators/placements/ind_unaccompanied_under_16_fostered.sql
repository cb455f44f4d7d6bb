-- UASC-05: of the unaccompanied children under 16, those in foster care.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ cla_month_columns(
            related_record_key='placement_key',
            numerator=one_if("placement_type_code in ('U1', 'U2', 'U3', 'U4', 'U5', 'U6')"),
            denominator='1',
        ) }}
    from fct_cla_month
    where
        is_looked_after
        and is_unaccompanied
        and age_years < 16
)

select * from final
