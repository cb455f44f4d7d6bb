-- One row per record that two candidates of the same files have, with its key and child's in each.
-- A load stands under another id in the second, and its rows where they stood. Several records that
-- one row makes are told apart by their ids; alone, the id may be a hash that another key moved.
with

load_names as (
    select
        unnest($before) as load_id_before,
        unnest($after) as load_id_after
)

select
    before.record_key as key_before,
    after.record_key as key_after,
    before.child_key as child_key_before,
    after.child_key as child_key_after
from before.record_link as before
inner join load_names on before.load_id = load_names.load_id_before
inner join restricted.record_link as after
    on
        before.la_code = after.la_code
        and before.table_name = after.table_name
        and load_names.load_id_after = after.load_id
        and before.source_file = after.source_file
        and before.row_number = after.row_number
qualify
    before.record_id = after.record_id
    or count(*) over (partition by before.table_name, before.record_key) = 1
