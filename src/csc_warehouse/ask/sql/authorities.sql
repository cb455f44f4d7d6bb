-- The authorities of the release, with the days that their extracts cover.
select la_code, as_at_date, history_start_date
from marts.dim_authority
order by la_code
