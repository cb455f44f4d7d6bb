-- One row per indicator: the register as it holds at the release's as-at date.
select
    indicator.*,
    aggregation.counts,
    aggregation.gives,
    aggregation.has_breakdowns
from reference.indicator as indicator
cross join ops.release as release
inner join reference.aggregation as aggregation
    on indicator.aggregation = aggregation.aggregation
where
    indicator.valid_from <= release.as_at_date
    and (indicator.valid_to > release.as_at_date or indicator.valid_to is null)
order by indicator.indicator_code
