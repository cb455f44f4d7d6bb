-- One row per row behind the restated figures that only one of the releases has, or that says
-- another thing there.
create or replace temp table detail_rows as
with
wanted as (
    select
        la_code,
        indicator_code,
        min(period_start_date) as first_date,
        max(period_end_date) as last_date
    from restated_figures
    group by la_code, indicator_code
),

earlier as (
    select
        la_code, indicator_code, record_table, record_key, child_key, event_date,
        numerator_date, numerator, denominator, quantity
    from {{ before }}.indicators.fct_indicator_detail as detail
    inner join wanted using (la_code, indicator_code)
    where event_date between first_date and last_date
),

later as (
    select
        la_code, indicator_code, record_table, record_key, child_key, event_date,
        numerator_date, numerator, denominator, quantity
    from {{ after }}.indicators.fct_indicator_detail as detail
    inner join wanted using (la_code, indicator_code)
    where event_date between first_date and last_date
)

select *, false as is_later from (
    select * from earlier
    except all
    select * from later
)
union all
select *, true as is_later from (
    select * from later
    except all
    select * from earlier
)
