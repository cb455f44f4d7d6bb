-- One row per figure of a whole year, or of the last day of one, of which the authority's own is
-- among the statistics that others publish: everybody may know it.
select distinct
{% for column in key %}
    report.{{ column }},
{% endfor %}
    report.numerator,
    report.denominator,
    report.value
from indicators.rpt_indicator as report
inner join reference.indicator_measure as measure
    on report.indicator_code = measure.indicator_code
inner join reference.published_figure as published
    on
        measure.measure_id = published.measure_id
        and report.la_code = published.geography_code
        and report.period_end_date = published.year_end_date
where
    report.breakdown = 'all'
    and report.availability = 'available'
    and report.period_type in (select unnest($periods::varchar[]))
    and published.value is not null
    -- A count is no comparison between places, but of the authority itself it is the same.
    and (measure.comparability <> 'not comparable' or published.unit = 'count')
order by all
