-- One row per authority and indicator: what it is held against, in its headline period.
select *
from indicators.rpt_comparison
where breakdown = 'all' and period_type in (select unnest($periods::varchar[]))
qualify
    row_number() over (
        partition by la_code, indicator_code
        order by list_position($periods::varchar[], period_type), period_end_date desc
    ) = 1
