-- One row per row behind the restated figures, of each release: `codes` are their indicators,
-- `sides` the views that hold them. An indicator's code is a constant in them, so that the engine
-- passes over those that did not move before it plans how they are read.
create or replace temp table counted_rows as
with
wanted as (
    select
        la_code,
        indicator_code,
        min(period_start_date) as first_date,
        max(period_end_date) as last_date
    from restated_figures
    group by la_code, indicator_code
),

behind as (
    {% for side in sides %}
    {% for view in side.views %}
    select
        la_code, indicator_code, record_table, record_key, child_key, event_date,
        numerator_date, numerator, denominator, quantity, {{ side.is_later }} as is_later
    from {{ side.database }}.{{ view }}
    where list_contains({{ codes }}, indicator_code)
    {{ "union all" if not loop.last }}
    {% endfor %}
    {{ "union all" if not loop.last }}
    {% endfor %}
)

select behind.*
from behind
inner join wanted
    on
        behind.la_code = wanted.la_code
        and behind.indicator_code = wanted.indicator_code
        and behind.event_date between wanted.first_date and wanted.last_date
