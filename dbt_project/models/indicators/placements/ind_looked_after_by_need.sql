-- CLA-08: children looked after by the need for which they came into care.
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
            primary_need_code=code_or_not_known('primary_need_code'),
        ) }}
    from fct_cla_month
    where is_looked_after
)

select * from final
