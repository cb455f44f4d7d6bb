-- One row per restated figure and part of its difference, the largest part first.
select *
from indicators.rpt_indicator_revision
order by
    la_code,
    indicator_code,
    period_type,
    period_start_date,
    abs(value_change) desc nulls last,
    change_reason,
    changed_fields
