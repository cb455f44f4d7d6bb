-- One row per indicator that the register has at the release's day: what it is, what it gives.
select
    indicator.indicator_code,
    indicator.title,
    indicator.unit,
    indicator.definition,
    aggregation.gives
from reference.indicator as indicator
inner join reference.aggregation as aggregation
    on indicator.aggregation = aggregation.aggregation
cross join ops.release as release
where
    indicator.valid_from <= release.as_at_date
    and (indicator.valid_to > release.as_at_date or indicator.valid_to is null)
order by indicator.indicator_code
