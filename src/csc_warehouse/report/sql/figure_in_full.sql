-- One row per figure of the cells given (their keys joined by `/`), as this release counts it.
select
    concat_ws('/', {{ key }}) as cell_key,
    numerator,
    denominator,
    value
from indicators.rpt_indicator
where availability = 'available' and cell_key in (select unnest($cells::varchar[]))
order by cell_key
