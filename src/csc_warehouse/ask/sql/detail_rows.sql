-- One row per row behind the restated figures that only one of the releases has, or that says
-- another thing there.
create or replace temp table detail_rows as
with
earlier as (
    select * exclude (is_later) from counted_rows
    where not is_later
),

later as (
    select * exclude (is_later) from counted_rows
    where is_later
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
