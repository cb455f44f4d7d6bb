-- One row per authority whose critical inputs of the indicator failed.
select la_code, reason, completeness_pct
from dq.indicator_quality
where
    indicator_code = $code
    and is_marked
    and ($la_codes is null or list_contains($la_codes, la_code))
order by la_code
