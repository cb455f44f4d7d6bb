-- One row: the rows of a raw table and, of each column, its filled cells and different values.
with

filled as (
    select
{% for column in columns %}
        case
            when upper(trim({{ column }})) not in ('', 'NULL', '\N') then {{ column }}
        end as {{ column }}{{ "," if not loop.last }}
{% endfor %}
    from read_parquet($files)
)

select
    count(*) as row_count,
{% for column in columns %}
    count({{ column }}) as {{ column }}_filled,
    approx_count_distinct({{ column }}) as {{ column }}_values{{ "," if not loop.last }}
{% endfor %}
from filled
