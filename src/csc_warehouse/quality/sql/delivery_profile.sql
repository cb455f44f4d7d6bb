-- The tables of what the raw gate asks of a delivery as such, empty: filled from the manifests.

-- One row per authority and source: another month's load that has the same files, if there is one.
create temp table delivery_profile (
    la_code varchar,
    source_system varchar,
    rows_in bigint,
    same_as_month varchar,
    same_bytes_share double
);

-- One row per authority, file and column of dates: rows by what became of them, and the forms.
create temp table date_form (
    la_code varchar,
    source_system varchar,
    table_name varchar,
    column_name varchar,
    source_file varchar,
    is_needed boolean,
    read_count bigint,
    unread_count bigint,
    month_first_count bigint,
    read_form_count integer,
    forms varchar
);

-- One row per authority, source and table with a date by which it grows; and one of all of them
-- together, with the source as its name. same_as_month has the table's very files.
create temp table event_profile (
    la_code varchar,
    source_system varchar,
    table_name varchar,
    column_name varchar,
    row_count bigint,
    rows_in_month bigint,
    rows_in_year bigint,
    rows_later bigint,
    newest_date date,
    working_days_without integer,
    chance_of_gap double,
    least_rows_expected double,
    chance_of_few double,
    same_as_month varchar
);

-- One row per authority, source and table whose rows have an age beside a date of birth: how many
-- are of the month, and of the earlier month of which most are.
create temp table age_profile (
    la_code varchar,
    source_system varchar,
    table_name varchar,
    row_count bigint,
    fitting_count bigint,
    other_month varchar,
    fitting_other_count bigint
);

-- One row per authority and column that names another record: rows that do, and that find it.
create temp table link_profile (
    la_code varchar,
    source_system varchar,
    table_name varchar,
    column_name varchar,
    named_count bigint,
    found_count bigint
);
