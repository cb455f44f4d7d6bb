-- One row per authority, stock and month end: the children in it, and by how much that is not the
-- number of records open. Both by the records' own dates, but `children`, by the monthly facts.
{{ config(materialized='table', schema='intermediate') }}

with

records as (
    select * from {{ ref('int_stock_records') }}
),

month_ends as (
    select * from {{ ref('int_month_ends') }}
),

availability as (
    select * from {{ ref('rpt_indicator_availability') }}
    where
        indicator_code in ('CLA-01', 'CPP-01', 'CIN-01')
        and availability = 'available'
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

children_counted as (
    select * from {{ ref('int_stock_children') }}
),

stocks as (
    select
        indicator_code,
        la_code,
        month_end_date,
        count(*) as children
    from children_counted
    group by
        indicator_code,
        la_code,
        month_end_date
),

-- A record that ends before it starts is never open, yet has ended before it has started.
children_open as (
    select
        records.indicator_code,
        records.la_code,
        records.child_key,
        month_ends.month_end_date,
        sum(
            case when records.start_date <= month_ends.month_end_date then 1 else 0 end
        ) as records_open,
        sum(
            case when records.start_date <= month_ends.month_end_date then 0 else 1 end
        ) as records_backwards
    from records
    inner join month_ends
        on
            records.la_code = month_ends.la_code
            and (
                {{ is_open_at(
                    'records.start_date', 'records.end_date', 'month_ends.month_end_date'
                ) }}
                or (
                    records.end_date <= month_ends.month_end_date
                    and records.start_date > month_ends.month_end_date
                )
            )
    group by
        records.indicator_code,
        records.la_code,
        records.child_key,
        month_ends.month_end_date
),

open_totals as (
    select
        children_open.indicator_code,
        children_open.la_code,
        children_open.month_end_date,
        sum(case when children_open.records_open > 0 then children_open.records_open - 1 end)
            as second_records,
        sum(children_open.records_backwards) as records_backwards,
        count(
            case
                when
                    children_open.records_open > 0
                    and persons.death_date <= children_open.month_end_date
                    then 1
            end
        ) as children_dead,
        count(*) filter (where children_open.records_open > 0) as children_open
    from children_open
    left join persons
        on {{ same_child('children_open', 'persons') }}
    group by
        children_open.indicator_code,
        children_open.la_code,
        children_open.month_end_date
),

final as (
    select
        availability.indicator_code,
        availability.la_code,
        month_ends.month_end_date,
        coalesce(stocks.children, 0) as children,
        coalesce(open_totals.second_records, 0) as second_records,
        coalesce(open_totals.records_backwards, 0) as records_backwards,
        coalesce(open_totals.children_dead, 0) as children_dead,
        coalesce(open_totals.children_open, 0) - coalesce(open_totals.children_dead, 0)
            as children_by_dates
    from availability
    inner join month_ends
        on availability.la_code = month_ends.la_code
    left join stocks
        on
            availability.indicator_code = stocks.indicator_code
            and availability.la_code = stocks.la_code
            and month_ends.month_end_date = stocks.month_end_date
    left join open_totals
        on
            availability.indicator_code = open_totals.indicator_code
            and availability.la_code = open_totals.la_code
            and month_ends.month_end_date = open_totals.month_end_date
)

select * from final
