with

authorities as (
    select * from {{ ref('int_authorities') }}
),

dates as (
    select * from {{ ref('dim_date') }}
),

final as (
    select
        authorities.la_code,
        dates.date_day as month_end_date,
        {{ add_months('dates.month_start_date', -11) }} as window_start_date
    from authorities
    inner join dates
        on dates.date_day between authorities.history_start_date and authorities.as_at_date
    where dates.date_day = dates.month_end_date
)

select * from final
