-- PLC-05U: children looked after at the month end whose distance is not known.
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
        and distance_miles is null
)

select * from final
