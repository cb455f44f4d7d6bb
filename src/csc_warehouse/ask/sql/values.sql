-- One row per figure of a standard period of one indicator, in the columns of rpt_indicator: those
-- between two days; without days, the newest of each period type.
with chosen as (
    select
        *,
        max(period_end_date) over (partition by la_code, period_type) as newest
    from indicators.rpt_indicator
    where
        indicator_code = $code
        and list_contains($la_codes, la_code)
        and breakdown = $breakdown
        and ($period_type is null or period_type = $period_type)
        and ($first is null or period_start_date >= $first)
        and ($last is null or period_end_date <= $last)
)

select {{ columns | join(", ") }}
from chosen
where period_end_date = newest or $first is not null or $last is not null
