-- UASC-05S: of the unaccompanied children of 16 and over, those in supported accommodation
-- (until 2024 semi-independent living).
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ cla_month_columns(
            related_record_key='placement_key',
            numerator=one_if("placement_type_code in ('H5', 'K3')"),
            denominator='1',
        ) }}
    from fct_cla_month
    where
        is_looked_after
        and is_unaccompanied
        and age_years >= 16
)

select * from final
