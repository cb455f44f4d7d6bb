-- One row per figure of three years, under `all`; no distributions, which are many to a period.
select {{ columns | join(", ") }}
from indicators.rpt_indicator
where
    breakdown = 'all'
    and period_end_date > as_at_date - interval 36 months
    and indicator_code not in (
        select indicator_code from reference.indicator
        where aggregation like 'distribution%'
    )
order by la_code, indicator_code, period_type, period_end_date
