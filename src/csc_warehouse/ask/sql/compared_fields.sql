-- One row per record that moved a figure, or that such a row was made of, and what is different in
-- it: filled table by table.
create or replace temp table compared_fields (
    record_table varchar, row_key varchar, is_origin boolean, was_there boolean,
    is_there boolean, changed_fields varchar
)
