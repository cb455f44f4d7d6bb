-- No figure stands twice: the key of rpt_indicator.
select
    la_code,
    indicator_code,
    period_type,
    period_end_date,
    breakdown,
    breakdown_value,
    count(*) as row_count
from {{ ref('rpt_indicator') }}
group by la_code, indicator_code, period_type, period_end_date, breakdown, breakdown_value
having count(*) > 1
