with

orders as (
    select * from {{ ref('int_deprivation_of_liberty_orders_conformed') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

final as (
    select
        orders.record_key as deprivation_of_liberty_order_key,
        orders.la_code,
        orders.child_key,
        orders.start_date,
        orders.end_date,
        {{ age_years('persons.birth_date', 'orders.start_date') }} as age_years,
        localities.locality_key,
        orders.load_id,
        orders.source_file,
        orders.row_number
    from orders
    left join persons
        on {{ same_child('orders', 'persons') }}
    {{ join_locality('orders', 'orders.start_date') }}
)

select * from final
