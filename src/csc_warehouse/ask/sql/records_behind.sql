-- One row per record behind the figures of newest_periods, those in the numerator first. A
-- numerator that comes true after the period's end is 0.
with periods as ({% include "newest_periods.sql" %})

select
    detail.la_code,
    detail.indicator_code,
    periods.period_start_date,
    periods.period_end_date,
    detail.event_date,
    {{ rule.indicator_numerator_as_at("periods.period_end_date", "detail.") }} as numerator,
    detail.denominator,
    detail.quantity,
    detail.is_in_doubt,
    {% for breakdown in breakdowns %}
    detail.{{ breakdown }},
    {% endfor %}
    detail.child_key,
    detail.record_table,
    detail.record_key,
    detail.load_id,
    detail.source_file,
    detail.row_number
from indicators.fct_indicator_detail as detail
inner join periods
    on
        detail.la_code = periods.la_code
        and detail.event_date between periods.period_start_date and periods.period_end_date
where detail.indicator_code = $code
order by detail.la_code, numerator desc, detail.event_date, detail.record_key
