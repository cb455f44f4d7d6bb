-- What is different in each record that moved a figure: filled table by table.
create or replace temp table compared_fields (
    record_table varchar, row_key varchar, is_origin boolean, was_there boolean,
    is_there boolean, changed_fields varchar
)
