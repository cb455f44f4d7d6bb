-- One row per figure of one indicator for any two dates, in the columns of rpt_indicator.
select {{ columns | join(", ") }}
from indicators.indicator_between($code, $first, $last)
where list_contains($la_codes, la_code) and breakdown = $breakdown
