-- PLC-09: children under 16 looked after in semi-independent or independent living, or another
-- placement that no register knows: not allowed since September 2021.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ cla_month_columns(
            related_record_key='placement_key',
        ) }}
    from fct_cla_month
    where
        is_looked_after
        and age_years < 16
        and placement_type_code in ('H5', 'P2', 'Z1', 'Z11', 'Z12', 'Z13', 'Z14')
)

select * from final
