-- One row per published figure, as received; a blank one too, so that it is known to be blank.
create or replace view raw_published.figure as
select
    '' as table_name,
    '' as measure,
{% for name in places %}
    '' as {{ name }},
{% endfor %}
    '' as figure,
    '' as _load_id,
    '' as _source_file,
    cast(0 as bigint) as _row_number
where false
{% for layout in layouts %}
union all by name
{% if layout.measure_name %}
select
    '{{ layout.table }}' as table_name,
{% for name in places %}
    {{ layout.places[name] }} as {{ name }},
{% endfor %}
    _load_id,
    _source_file,
    _row_number,
    {{ layout.measure_name }} as measure,
    {{ layout.figure }} as figure
from {{ layout.rows }}
{% else %}
select * exclude (category, measure_column), measure_column || category as measure
from (
    select
        '{{ layout.table }}' as table_name,
{% for name in places %}
        {{ layout.places[name] }} as {{ name }},
{% endfor %}
        _load_id,
        _source_file,
        _row_number,
        concat_ws(' | ', '' {%- for name in layout.categories %}, {{ name }}{% endfor %})
            as category,
        {{ layout.measures | join(", ") }}
    from {{ layout.rows }}
) unpivot include nulls (figure for measure_column in ({{ layout.measures | join(", ") }}))
{% endif %}
{% endfor %}
