-- The tables of the schema `ops`: what is known of a release and its loads, without a row yet.
create schema ops;

create table ops.release (
    release_id varchar,
    month varchar,
    as_at_date date,
    code_version varchar
);

-- Filled at publication, where a person let critical failures pass.
create table ops.acceptance (
    reason varchar,
    accepted_by varchar
);

create table ops.load (
    la_code varchar,
    source_system varchar,
    load_id varchar,
    extract_month varchar,
    as_at_date date,
    history_start_date date,
    is_stale boolean,
    rows_in bigint,
    rows_kept bigint,
    rows_quarantined bigint
);

create table ops.delivered_column (
    la_code varchar,
    source_system varchar,
    table_name varchar,
    column_name varchar
);

create table ops.delivered_table (
    la_code varchar,
    source_system varchar,
    table_name varchar,
    as_at_date date,
    history_start_date date,
    rows_quarantined bigint
);

create table ops.model_run (
    model_name varchar,
    kind varchar,
    status varchar,
    seconds double,
    row_count bigint
);
