-- One row per period type of what is measured as $measured_as.
select period_type
from reference.period_type
where measured_as = $measured_as
order by period_type
