-- One row per metric of the National Framework that is computed, and authority, at one day.
select
    framework.metric_number,
    framework.metric,
    figure.numerator,
    figure.denominator,
    figure.value
from reference.national_framework as framework
inner join indicators.rpt_indicator as figure
    on
        framework.indicator_code = figure.indicator_code
        and coalesce(framework.breakdown, 'all') = figure.breakdown
        and coalesce(framework.breakdown_value, 'all') = figure.breakdown_value
where
    figure.period_type in ('rolling_12_months', 'month_end')
    and figure.period_end_date = date '2022-09-30'
order by framework.metric_number
