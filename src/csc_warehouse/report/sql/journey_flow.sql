-- One row per authority, quarter and flow; from null where nothing led there.
select
    la_code,
    quarter_start_date,
    quarter_end_date,
    nullif(from_stage_code, 'none') as from_stage_code,
    to_stage_code,
    steps,
    children,
    median_days
from indicators.rpt_journey_flow
order by la_code, quarter_end_date, to_stage_code, from_stage_code
