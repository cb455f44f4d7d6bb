-- One row per authority, recorded field and month: how many records there are, and how many have
-- it. Without a column, what is recorded is the record itself.
{% for field in fields %}
{% set key = field.dated_table.removeprefix("fct_") ~ "_key" %}
{% set is_own = field.table_name == field.dated_table %}
{% set column = ("dated" if is_own else "recorded") ~ "." ~ field.column_name %}
{% set each = "*" if is_own else "distinct dated." ~ key %}
select
    dated.la_code,
    {{ loop.index0 }} as field,
    last_day(cast(dated.{{ field.date_column }} as date)) as month_end,
    count({{ each }}) as records,
    {% if field.column_name %}
    count({{ each }}) filter (
        where coalesce(cast({{ column }} as varchar), '') not in ('', 'not known')
    ) as filled
    {% else %}
    records as filled
    {% endif %}
from marts.{{ field.dated_table }} as dated
{% if not is_own %}
left join marts.{{ field.table_name }} as recorded
    on dated.{{ key }} = recorded.{{ key }}
{% endif %}
where dated.{{ field.date_column }} > $as_at_date::date - to_months($months)
group by dated.la_code, month_end
{{ "union all" if not loop.last }}
{% endfor %}
