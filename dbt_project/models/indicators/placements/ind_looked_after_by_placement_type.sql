-- PLC-07: children looked after by the placement open on the day, temporary ones included.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_cla_month',
            record_key='cla_month_key',
            event_date='month_end_date',
            related_record_key='placement_key',
            placement_type_code=code_or_not_known('placement_type_code'),
        ) }}
    from fct_cla_month
    where is_looked_after
)

select * from final
