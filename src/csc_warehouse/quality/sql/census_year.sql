-- One row per load of the census: the first day of the year that it is about.
create or replace temp table census_year as
select distinct
    load_id,
    cast(as_at_date + interval 1 day - interval 1 year as date) as first_day
from analyst.ops.load
where source_system = 'cin_census'
