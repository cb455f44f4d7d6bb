-- One row of rpt_comparison per authority and period type of one indicator: the newest period.
select *
from indicators.rpt_comparison
where
    indicator_code = $code
    and ($la_codes is null or list_contains($la_codes, la_code))
    and list_contains($period_types, period_type)
    and ($last is null or period_end_date <= $last)
qualify row_number() over (partition by la_code, period_type order by period_end_date desc) = 1
order by la_code, period_type
