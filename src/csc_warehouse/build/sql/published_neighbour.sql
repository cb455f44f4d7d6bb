-- One row per authority, model and rank: its statistical neighbour, as received.
create or replace view raw_published.neighbour as
select
    '' as la_code,
    '' as model_version,
    0 as neighbour_rank,
    '' as neighbour_la_code,
    '' as closeness
where false
{% for layout in layouts %}
{% for rank, closeness in layout.ranks %}
union all by name
select
    la_code,
    '{{ layout.model_version }}' as model_version,
    {{ rank }} as neighbour_rank,
    neighbour_{{ rank }} as neighbour_la_code,
    {{ closeness }} as closeness
from {{ layout.rows }}
where la_code is not null
{% endfor %}
{% endfor %}
