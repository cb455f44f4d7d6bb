-- One row per published metric of the National Framework and year, of England.
select
    framework.metric_number,
    framework.metric,
    published.reporting_year,
    published.value
from reference.national_framework as framework
inner join reference.published_figure as published
    on framework.measure_id = published.measure_id
where published.is_used and published.geography_code = 'E92000001'
order by framework.metric_number, published.reporting_year
