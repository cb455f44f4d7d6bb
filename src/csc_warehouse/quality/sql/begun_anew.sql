-- One row per authority whose records have other keys than a month before: the same children fail
-- the same rules, and not one record that failed has the key that it had.
create or replace temp table begun_anew as
select base.la_code
from base_issue as base
left join found as of_child
    on
        base.la_code = of_child.la_code
        and base.rule_id = of_child.rule_id
        and base.table_name = of_child.table_name
        and base.child_key = of_child.child_key
        and base.column_name is not distinct from of_child.column_name
left join found as of_record
    on
        base.la_code = of_record.la_code
        and base.table_name = of_record.table_name
        and base.record_key = of_record.record_key
where base.state <> 'resolved'
group by base.la_code
having
    count(distinct base.issue_key) filter (where of_child.child_key is not null) >= $enough
    and count(of_record.record_key) = 0
