-- The children in care, on a child protection plan and in need at the end of each month: those of
-- the month before, and what happened in between.
{{ config(materialized='table', database='analyst') }}

with

records as (
    select * from {{ ref('int_stock_records') }}
),

stocks as (
    select * from {{ ref('int_stock_at_month_ends') }}
),

-- Each record's start and end, in their months.
events as (
    select
        indicator_code,
        la_code,
        child_key,
        {{ last_day_of_month('start_date') }} as month_end_date,
        case when is_continued_from_before then 'continued' else 'start' end as event
    from records

    union all

    select
        indicator_code,
        la_code,
        child_key,
        {{ last_day_of_month('end_date') }} as month_end_date,
        case when is_dropped_from_returns then 'dropped' else 'end' end as event
    from records
    where end_date is not null
),

flows as (
    select
        indicator_code,
        la_code,
        month_end_date,
        count(*) filter (where event = 'start') as starts,
        count(*) filter (where event = 'end') as ends,
        count(*) filter (where event = 'continued') as continued_from_before,
        count(*) filter (where event = 'dropped') as dropped_from_returns,
        count(distinct case when event = 'start' then child_key end) as children_started,
        count(distinct case when event = 'end' then child_key end) as children_ended
    from events
    group by
        indicator_code,
        la_code,
        month_end_date
),

authorities_by_month as (
    select distinct la_code from {{ ref('int_authorities_by_month') }}
),

compared_stocks as (
    select
        *,
        lag(month_end_date) over in_order as previous_month_end_date,
        lag(children) over in_order as previous_children,
        second_records - lag(second_records) over in_order as beside_another_record,
        records_backwards - lag(records_backwards) over in_order as ended_before_start,
        children_dead - lag(children_dead) over in_order as died,
        children - children_by_dates
        - lag(children - children_by_dates) over in_order as listed_otherwise
    from stocks
    window in_order as (partition by indicator_code, la_code order by month_end_date)
),

-- Only where each month's own list says who was in (Annex A) may lists and dates differ.
final as (
    select
        compared_stocks.la_code,
        compared_stocks.indicator_code,
        {{ month_start('compared_stocks.month_end_date') }} as month_start_date,
        compared_stocks.month_end_date,
        compared_stocks.previous_children as stock_before,
        coalesce(flows.starts, 0) as starts,
        coalesce(flows.ends, 0) as ends,
        coalesce(flows.continued_from_before, 0) as continued_from_before,
        coalesce(flows.dropped_from_returns, 0) as dropped_from_returns,
        cast(compared_stocks.beside_another_record as bigint) as beside_another_record,
        cast(compared_stocks.ended_before_start as bigint) as ended_before_start,
        compared_stocks.died,
        case
            when authorities_by_month.la_code is null then 0
            else compared_stocks.listed_otherwise
        end as listed_otherwise,
        compared_stocks.children as stock_after,
        coalesce(flows.children_started, 0) as children_started,
        coalesce(flows.children_ended, 0) as children_ended,
        coalesce(flows.starts, 0) - coalesce(flows.children_started, 0)
        - coalesce(flows.ends, 0) + coalesce(flows.children_ended, 0) as counted_once_difference
    from compared_stocks
    left join flows
        on
            compared_stocks.indicator_code = flows.indicator_code
            and compared_stocks.la_code = flows.la_code
            and compared_stocks.month_end_date = flows.month_end_date
    left join authorities_by_month
        on compared_stocks.la_code = authorities_by_month.la_code
    where compared_stocks.previous_month_end_date is not null
)

select * from final
