-- The tables of the schema dq, empty. Keys and column names only: none holds a value of a record.
create schema if not exists dq;

-- One row per gate and authority.
create table if not exists dq.run (
    gate varchar,
    release_id varchar,
    month varchar,
    la_code varchar,
    is_passed boolean,
    rules integer,
    passed integer,
    passed_with_failures integer,
    warned integer,
    failed integer,
    errors integer,
    not_applicable integer,
    failing_records bigint
);

-- One row per rule.
create table if not exists dq.expectation (
    rule_id varchar,
    gate varchar,
    table_name varchar,
    column_name varchar,
    expectation_type varchar,
    kwargs varchar,
    severity varchar,
    national_codes varchar,
    national_severity varchar,
    why varchar,
    how_to_resolve varchar,
    owner varchar,
    applies_to varchar,
    indicators varchar,
    max_share double,
    critical_share double,
    threshold_set_by varchar,
    source varchar
);

-- One row per rule and indicator that it protects.
create table if not exists dq.expectation_indicator (
    rule_id varchar,
    indicator_code varchar,
    applies_to varchar
);

-- One row per rule and authority, and, of a profile, per table and column that failed. `observed`
-- is what was found, in counts; of a rule that could not be judged, why.
create table if not exists dq.expectation_result (
    gate varchar,
    release_id varchar,
    rule_id varchar,
    la_code varchar,
    table_name varchar,
    column_name varchar,
    status varchar,
    severity varchar,
    evaluated bigint,
    failed bigint,
    failed_share double,
    threshold double,
    observed varchar,
    why varchar,
    how_to_resolve varchar,
    owner varchar,
    indicators varchar
);

-- One row per rule and record that fails it.
create table if not exists dq.failing_record (
    gate varchar,
    rule_id varchar,
    la_code varchar,
    table_name varchar,
    record_key varchar,
    child_key varchar,
    column_name varchar,
    load_id varchar,
    source_file varchar,
    row_number bigint
);

-- One row per authority and available indicator.
create table if not exists dq.indicator_quality (
    la_code varchar,
    indicator_code varchar,
    indicator_name varchar,
    records bigint,
    records_in_doubt bigint,
    completeness_pct double,
    open_failures bigint,
    failing_rules bigint,
    critical_failures bigint,
    is_marked boolean,
    reason varchar
);

-- One row per rule and record that fails it or did in the months that are remembered.
create table if not exists dq.issue (
    issue_key varchar,
    rule_id varchar,
    la_code varchar,
    table_name varchar,
    record_key varchar,
    child_key varchar,
    column_name varchar,
    first_seen_month varchar,
    opened_month varchar,
    last_seen_month varchar,
    resolved_month varchar,
    state varchar,
    accepted_until date,
    owner varchar,
    owner_team varchar,
    worker_key varchar,
    age_months integer
);

-- One row per decision that accepts issues.
create table if not exists dq.issue_decision (
    decision_id varchar,
    la_code varchar,
    from_month varchar,
    accepted_until date,
    reason varchar,
    accepted_by varchar,
    issues bigint
);

-- One row per authority, month, rule and team.
create table if not exists dq.issue_month (
    la_code varchar,
    month varchar,
    rule_id varchar,
    owner_team varchar,
    new_count bigint,
    reopened_count bigint,
    resolved_count bigint,
    open_count bigint,
    accepted_count bigint
);

-- One row per authority, source, column and code set with texts that stand for no code.
create table if not exists dq.unmapped_code (
    la_code varchar,
    source_system varchar,
    table_name varchar,
    column_name varchar,
    code_set varchar,
    value_count bigint,
    row_count bigint
);
