-- One row per record that moved the indicator, the newest first.
select *
from fct_indicator_revision
where
    indicator_code = $code
    and ($la_codes is null or list_contains($la_codes, la_code))
order by la_code, coalesce(event_date, previous_event_date) desc, record_key
