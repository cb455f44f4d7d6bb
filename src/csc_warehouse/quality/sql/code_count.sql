-- One row per column and code in it: the cells that hold it.
{% for column in columns %}
select
    '{{ column }}' as column_name,
    case
        when upper(trim({{ column }})) not in ('', 'NULL', '\N') then {{ column }}
    end as filled,
    count(*) as cells
from read_parquet($files)
where filled is not null
group by filled
{{ "union all" if not loop.last }}
{% endfor %}
