-- Every value lies within its bounds, and what is not available has a reason and no number.
select
    la_code,
    indicator_code,
    period_type,
    period_end_date,
    breakdown,
    breakdown_value
from {{ ref('rpt_indicator') }}
where
    value < lower_bound
    or value > upper_bound
    or (value is null) <> (lower_bound is null)
    or (value is null) <> (upper_bound is null)
    or (availability <> 'available' and value is not null)
    or (availability <> 'available') <> (unavailable_reason is not null)
