-- What was there before, what came and what went make what is there after, in every month of each
-- authority; and what was there after a month is what is there before the next.
with

months as (
    select
        *,
        lag(stock_after) over (
            partition by la_code, indicator_code order by month_end_date
        ) as earlier_stock_after
    from {{ ref('rpt_stock_and_flow') }}
)

select *
from months
where
    stock_after <> (
        stock_before
        + starts - ends
        + continued_from_before - dropped_from_returns
        - beside_another_record + ended_before_start
        - died + listed_otherwise
    )
    or stock_before <> earlier_stock_after
