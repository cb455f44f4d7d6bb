-- One row per figure of the indicator that moved and part of its move, the newest first.
select *
from rpt_indicator_revision
where
    indicator_code = $code
    and ($la_codes is null or list_contains($la_codes, la_code))
order by la_code, period_end_date desc, period_type, abs(value_change) desc, change_reason
