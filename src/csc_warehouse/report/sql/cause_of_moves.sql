-- One row per authority, kind of record and what happened to it: how many such records moved a
-- figure, which fields changed (the most frequent first), and the indicators that they moved.
with

record as (
    select distinct la_code, record_table, change_reason, record_key, changed_fields
    from indicators.fct_indicator_revision
),

field as (
    select
        la_code,
        record_table,
        change_reason,
        unnest(string_split(changed_fields, ', ')) as field_name
    from record
),

often as (
    select
        la_code,
        record_table,
        change_reason,
        field_name,
        count(*) as times
    from field
    group by all
),

fields as (
    select
        la_code,
        record_table,
        change_reason,
        string_agg(field_name, ', ' order by times desc, field_name) as changed_fields
    from often
    group by all
)

select
    moved.la_code,
    moved.record_table,
    moved.change_reason,
    coalesce(any_value(fields.changed_fields), '') as changed_fields,
    count(distinct moved.record_key) as records,
    list(distinct moved.indicator_code order by moved.indicator_code) as indicator_codes
from indicators.fct_indicator_revision as moved
left join fields
    on
        moved.la_code = fields.la_code
        and moved.record_table = fields.record_table
        and moved.change_reason = fields.change_reason
group by moved.la_code, moved.record_table, moved.change_reason
order by moved.la_code, records desc, moved.record_table, moved.change_reason
