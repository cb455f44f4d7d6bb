-- One row per authority: the period of a type that ends on a day, or the newest.
select la_code, period_start_date, period_end_date
from indicators.rpt_indicator
where
    indicator_code = $code
    and list_contains($la_codes, la_code)
    and period_type = $period_type
    and breakdown = 'all'
    and ($end is null or period_end_date = $end)
qualify row_number() over (partition by la_code order by period_end_date desc) = 1
