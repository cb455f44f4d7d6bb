-- One row per authority of the release, with the days that its extracts cover.
select la_code, as_at_date, history_start_date
from marts.dim_authority
order by la_code
