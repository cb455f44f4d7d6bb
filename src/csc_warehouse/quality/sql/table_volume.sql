-- One row per authority and mart: its rows now and in the newest earlier month's release. Of
-- several releases of that month the one with the nearest count: a mistaken one that was corrected
-- is no yardstick.
create temp table table_volume as
with

now as (
{% for table in tables %}
    select
        la_code,
        '{{ table }}' as table_name,
        count(*) as row_count
    from analyst.marts.{{ table }}
    group by la_code
    {{ "union all" if not loop.last }}
{% else %}
    select
        '' as la_code,
        '' as table_name,
        0 as row_count
    where false
{% endfor %}
),

earlier as (
{% if has_earlier %}
    select
        la_code,
        month,
        table_name,
        row_count
    from read_parquet($files, hive_partitioning = false)
{% else %}
    select
        '' as la_code,
        '' as month,
        '' as table_name,
        0 as row_count
    where false
{% endif %}
),

newest as (
    select
        la_code,
        max(month) as month
    from earlier
    group by la_code
),

before as (
    select earlier.*
    from earlier
    inner join newest on earlier.la_code = newest.la_code and earlier.month = newest.month
),

names as (
    select table_name from now
    union
    select table_name from before
),

paired as (
    select
        authority.la_code,
        names.table_name,
        coalesce(now.row_count, 0) as row_count,
        before.row_count as previous_row_count,
        before.month as previous_month,
        row_number() over (
            partition by authority.la_code, names.table_name
            order by abs(coalesce(now.row_count, 0) - before.row_count), before.row_count
        ) as nearest
    from authority
    cross join names
    left join now
        on authority.la_code = now.la_code and names.table_name = now.table_name
    left join before
        on authority.la_code = before.la_code and names.table_name = before.table_name
)

select
    la_code,
    table_name,
    row_count,
    previous_row_count,
    previous_month
from paired
where nearest = 1
