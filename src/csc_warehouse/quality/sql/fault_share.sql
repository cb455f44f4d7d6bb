-- One row per authority and conformed table: its records, and those with an open failure.
create temp table fault_share as
with

records as (
{% for table in tables %}
    select
        la_code,
        '{{ table }}' as table_name,
        count(*) as records
    from intermediate.{{ table }}
    group by la_code
    {{ "union all" if not loop.last }}
{% else %}
    select
        '' as la_code,
        '' as table_name,
        0 as records
    where false
{% endfor %}
),

faulty as (
    select
        la_code,
        table_name,
        count(distinct record_key) as faulty
    from analyst.dq.failing_record
    where gate = 'staging'
    group by la_code, table_name
)

select
    records.la_code,
    records.table_name,
    records.records,
    coalesce(faulty.faulty, 0) as faulty
from records
left join faulty
    on records.la_code = faulty.la_code and records.table_name = faulty.table_name
