-- One row per metric of the National Framework that is computed, and authority, at one day. Factors
-- are counted: the children who live in the area are those of the rate of referrals.
select
    framework.metric_number,
    framework.metric,
    figure.numerator,
    coalesce(figure.denominator, living.denominator) as denominator,
    case
        when framework.breakdown = 'factor_found'
            then figure.numerator * 10000.0 / living.denominator
        else figure.value
    end as value
from reference.national_framework as framework
inner join indicators.rpt_indicator as figure
    on
        framework.indicator_code = figure.indicator_code
        and coalesce(framework.breakdown, 'all') = figure.breakdown
        and coalesce(framework.breakdown_value, 'all') = figure.breakdown_value
left join indicators.rpt_indicator as living
    on
        living.indicator_code = 'REF-01R'
        and figure.la_code = living.la_code
        and figure.period_type = living.period_type
        and figure.period_end_date = living.period_end_date
where
    figure.period_type in ('rolling_12_months', 'month_end')
    and figure.period_end_date = date '2022-09-30'
order by framework.metric_number
