-- One row per mart: how many rows of the authority it has.
{% for table in tables %}
select
    $la_code as la_code,
    $month as month,
    '{{ table }}' as table_name,
    count(*) as row_count
from analyst.marts.{{ table }}
where la_code = $la_code
{{ "union all" if not loop.last }}
{% endfor %}
