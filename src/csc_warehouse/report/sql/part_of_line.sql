-- One row per indicator, period type and value of a breakdown: its line, oldest first.
select
    la_code,
    indicator_code,
    period_type,
    breakdown,
    breakdown_value,
    list(period_end_date order by period_end_date) as ends,
    list(numerator order by period_end_date) as numerators,
    list(denominator order by period_end_date) as denominators
from indicators.rpt_indicator as report
where
    breakdown in (select unnest($breakdowns::varchar[]))
    and period_type in (select unnest($periods::varchar[]))
    and availability = 'available'
group by la_code, indicator_code, period_type, breakdown, breakdown_value
order by la_code, indicator_code, period_type, breakdown, breakdown_value
