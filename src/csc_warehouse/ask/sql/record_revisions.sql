-- One row per indicator and record that moved it, and why. What a month-end row was made of says
-- more than the row itself; a record that says the same as before moved by another one (a status, a
-- link) or by the rule.
insert into {{ target }}.fct_indicator_revision
with
reasons as (
    select
        record_table,
        row_key,
        bool_or(is_origin and was_there and not is_there) as origin_gone,
        bool_or(is_origin and is_there and not was_there) as origin_new,
        bool_or(is_origin) as has_origin,
        bool_or(not is_origin and was_there and not is_there) as is_gone,
        bool_or(not is_origin and is_there and not was_there) as is_new,
        string_agg(changed_fields, ', ' order by changed_fields)
            filter (where is_origin) as origin_fields,
        string_agg(changed_fields, ', ' order by changed_fields)
            filter (where not is_origin) as own_fields
    from compared_fields
    group by record_table, row_key
),

explained as (
    select
        record_table,
        row_key,
        case
            when origin_fields is not null then 'changed'
            when has_origin and origin_new then 'added'
            when has_origin and origin_gone then 'removed'
            when not has_origin and is_new then 'added'
            when not has_origin and is_gone then 'removed'
            when own_fields is not null then 'changed'
            else 'related'
        end as change_reason,
        coalesce(origin_fields, own_fields) as changed_fields
    from reasons
),

records as (
    select
        la_code,
        indicator_code,
        record_table,
        record_key,
        coalesce(
            max(child_key) filter (where is_later), max(child_key)
        ) as child_key,
        min(event_date) filter (where not is_later) as previous_event_date,
        min(event_date) filter (where is_later) as event_date,
        sum(numerator) filter (where not is_later) as previous_numerator,
        sum(numerator) filter (where is_later) as numerator,
        sum(denominator) filter (where not is_later) as previous_denominator,
        sum(denominator) filter (where is_later) as denominator
    from detail_rows
    group by la_code, indicator_code, record_table, record_key
)

select
    records.la_code,
    records.indicator_code,
    records.record_table,
    records.record_key,
    records.child_key,
    coalesce(explained.change_reason, 'related') as change_reason,
    case
        when explained.change_reason = 'changed' then explained.changed_fields
    end as changed_fields,
    records.previous_event_date,
    records.event_date,
    records.previous_numerator,
    records.numerator,
    records.previous_denominator,
    records.denominator
from records
left join explained
    on
        records.record_table = explained.record_table
        and records.record_key = explained.row_key
order by records.la_code, records.indicator_code, records.record_table, records.record_key
