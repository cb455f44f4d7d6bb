-- One row per authority: of how many records each rule judged the values, a column per rule.
select
    la_code,
{% for left_out in conditions %}
    coalesce(sum(record_count) filter (where not ({{ left_out }})), 0){{ "," if not loop.last }}
{% endfor %}
from combination
group by la_code
