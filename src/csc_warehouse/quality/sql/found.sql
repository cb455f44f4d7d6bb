-- One row per rule and record that fails it, found by the combinations that do.
insert into found
with

failing_combination as (
    select combination.*
    from combination
    where combination.combination_id in (select failure.combination_id from failure)
),

failing_row as (
    select
        combination.combination_id,
        judged_row.record_key
    from judged_row
    inner join failing_combination as combination
        on
            judged_row.la_code = combination.la_code
            {% for column in columns %}
            and judged_row.{{ column }} is not distinct from combination.{{ column }}
            {% endfor %}
)

select
    $gate as gate,
    failure.rule_id,
    record.la_code,
    $table_name as table_name,
    record.record_key,
    {{ "record.child_key" if has_child else "cast(null as varchar)" }} as child_key,
    failure.column_name,
    record.load_id,
    record.source_file,
    record.row_number
from failing_row
inner join failure on failing_row.combination_id = failure.combination_id
inner join intermediate.{{ table }} as record on failing_row.record_key = record.record_key
