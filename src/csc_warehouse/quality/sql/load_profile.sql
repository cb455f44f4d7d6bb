-- The profiles of the loads, empty; `column_profile` has each count of the load before beside it.

-- One row per authority and source.
create temp table load_profile (
    la_code varchar,
    source_system varchar,
    rows_in bigint,
    rows_quarantined bigint,
    months_late integer
);

-- One row per authority, source, declared table and kept column.
create temp table column_profile (
    la_code varchar,
    source_system varchar,
    table_name varchar,
    column_name varchar,
    is_needed boolean,
    is_required_table boolean,
    is_delivered boolean,
    previous_is_delivered boolean,
    row_count bigint,
    previous_row_count bigint,
    filled_count bigint,
    previous_filled_count bigint,
    value_count integer,
    previous_value_count integer,
    most_common_count bigint,
    seen_before_count bigint,
    indicator_count integer,
    table_indicator_count integer,
    is_date boolean,
    is_in_file boolean,
    nearest_unknown varchar
);

-- One row per authority, source and declared table.
create temp view table_profile as
select
    la_code,
    source_system,
    table_name,
    bool_or(is_needed) as is_needed,
    bool_or(is_required_table) as is_required,
    bool_or(is_delivered) as is_delivered,
    bool_or(previous_is_delivered) as previous_is_delivered,
    max(row_count) as row_count,
    max(previous_row_count) as previous_row_count,
    max(table_indicator_count) as indicator_count
from column_profile
group by la_code, source_system, table_name;
