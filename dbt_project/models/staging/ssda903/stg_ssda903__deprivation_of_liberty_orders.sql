{# A child's order is known by its first day: a later return may say when it ended. #}
{% set content = [
    'child',
    'dolo_start',
    'dolo_end',
] %}
{% set dates = {
    'start_date': 'orders.dolo_start',
    'end_date': 'orders.dolo_end',
} %}

with

orders as (
    select * from {{ source('ssda903', 'dolo') }}
),

final as (
    select
        {{ technical_columns('ssda903', 'orders') }},
        orders._child_key as child_key,
        {{ dated_record_id('orders', 'dolo_start', content) }} as record_id,
        {{ clean_date('orders.dolo_start') }} as start_date,
        {{ clean_date('orders.dolo_end') }} as end_date,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        cast(null as string) as unknown_codes
    from orders
)

select * from final
