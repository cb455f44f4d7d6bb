-- One row per authority and indicator whose records moved: how many, by reason, in words.
with

moves as (
    select la_code, indicator_code, change_reason, count(*) as moved
    from indicators.fct_indicator_revision
    group by la_code, indicator_code, change_reason
)

select
    la_code,
    indicator_code,
    string_agg(moved || ' ' || change_reason, ', ' order by change_reason)
from moves
group by la_code, indicator_code
