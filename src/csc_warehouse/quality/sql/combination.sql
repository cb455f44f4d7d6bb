-- One row per authority and combination of judged values, with the records that have it.
create or replace temp table combination as
with

counted as (
    select
        la_code,
        {{ columns | join(", ") }},
        count(*) as record_count
    from judged_row
    group by la_code, {{ columns | join(", ") }}
)

select
    row_number() over () - 1 as combination_id,
    *
from counted
