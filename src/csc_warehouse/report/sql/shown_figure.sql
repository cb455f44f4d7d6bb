-- One row per figure that the report may show: all under `all` within the months given, and of the
-- breakdowns those that somebody asked for (`code/period type/breakdown`).
select
    {{ key }},
    numerator,
    denominator,
    value,
    lower_bound,
    upper_bound,
    availability,
    unavailable_reason
from indicators.rpt_indicator as report
where
    (
        breakdown = 'all'
        and period_type in (select unnest($periods::varchar[]))
        and period_end_date > as_at_date - to_months($months)
    )
    or (indicator_code || '/' || period_type || '/' || breakdown)
    in (select unnest($wanted::varchar[]))
order by la_code, indicator_code, period_type, breakdown, period_end_date, breakdown_value
