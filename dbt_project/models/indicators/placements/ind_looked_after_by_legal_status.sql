-- CLA-06: children looked after by their legal status on the day.
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
            legal_status_code=code_or_not_known('legal_status_code'),
        ) }}
    from fct_cla_month
    where is_looked_after
)

select * from final
