"""The dq tables, and what a gate needs of the candidate that holds them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import duckdb

from csc_warehouse import lake
from csc_warehouse.quality.rules import Rule, indicator_text


class Candidate(Protocol):
    """What a gate needs of a release candidate."""

    @property
    def release_id(self) -> str: ...
    @property
    def month(self) -> str: ...
    @property
    def loads(self) -> Sequence[lake.LoadManifest]: ...
    def connection(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]: ...


TABLES = {
    "run": """
        gate varchar, release_id varchar, month varchar, la_code varchar, is_passed boolean,
        rules integer, passed integer, passed_with_failures integer, warned integer,
        failed integer, errors integer, not_applicable integer, failing_records bigint""",
    "expectation": """
        rule_id varchar, gate varchar, table_name varchar, column_name varchar,
        expectation_type varchar, kwargs varchar, severity varchar,
        national_codes varchar, national_severity varchar, why varchar,
        how_to_resolve varchar, owner varchar, applies_to varchar, indicators varchar,
        max_share double, critical_share double, threshold_set_by varchar, source varchar""",
    "expectation_indicator": "rule_id varchar, indicator_code varchar, applies_to varchar",
    "expectation_result": """
        gate varchar, release_id varchar, rule_id varchar, la_code varchar, table_name varchar,
        column_name varchar, status varchar, severity varchar, evaluated bigint, failed bigint,
        failed_share double, threshold double, observed varchar, why varchar,
        how_to_resolve varchar, owner varchar, indicators varchar""",
    "failing_record": """
        gate varchar, rule_id varchar, la_code varchar, table_name varchar, record_key varchar,
        child_key varchar, column_name varchar, load_id varchar, source_file varchar,
        row_number bigint""",
    "indicator_quality": """
        la_code varchar, indicator_code varchar, indicator_name varchar, records bigint,
        records_in_doubt bigint, completeness_pct double, open_failures bigint,
        failing_rules bigint, critical_failures bigint, is_marked boolean, reason varchar""",
    "issue": """
        issue_key varchar, rule_id varchar, la_code varchar, table_name varchar,
        record_key varchar, child_key varchar, column_name varchar, first_seen_month varchar,
        opened_month varchar, last_seen_month varchar, resolved_month varchar, state varchar,
        accepted_until date, owner varchar, owner_team varchar, worker_key varchar,
        age_months integer""",
    "issue_decision": """
        decision_id varchar, la_code varchar, from_month varchar, accepted_until date,
        reason varchar, accepted_by varchar, issues bigint""",
    "issue_month": """
        la_code varchar, month varchar, rule_id varchar, owner_team varchar, new_count bigint,
        reopened_count bigint, resolved_count bigint, open_count bigint, accepted_count bigint""",
    "unmapped_code": """
        la_code varchar, source_system varchar, table_name varchar, column_name varchar,
        code_set varchar, value_count bigint, row_count bigint""",
}


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the schema `dq` with its tables, empty, in the connection's own database."""
    connection.execute("create schema if not exists dq")
    for name, columns in TABLES.items():
        connection.execute(f"create table if not exists dq.{name} ({columns})")


def prepare_authorities(connection: duckdb.DuckDBPyConnection, candidate: Candidate) -> list[str]:
    """Make the temp table `authority` (la_code, as_at_date); return the codes, in order."""
    connection.execute(
        "create or replace temp table authority as select la_code, max(as_at_date) as as_at_date "
        "from analyst.ops.load group by la_code"
    )
    found = connection.execute("select la_code from authority order by la_code").fetchall()
    return [row[0] for row in found] or sorted({load.la_code for load in candidate.loads})


def insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert `rows` into `analyst.dq.<table>`, as one statement: a list for each column."""
    if not rows:
        return
    columns = [list(column) for column in zip(*rows, strict=True)]
    marks = ", ".join("unnest(?)" for _ in columns)
    connection.execute(f"insert into analyst.dq.{table} select {marks}", columns)


def write_rules(connection: duckdb.DuckDBPyConnection, gate: str, rules: Sequence[Rule]) -> None:
    """Replace the gate's rows of dq.expectation and dq.expectation_indicator."""
    connection.execute(
        "delete from analyst.dq.expectation_indicator where rule_id in "
        "(select rule_id from analyst.dq.expectation where gate = ?)",
        [gate],
    )
    connection.execute("delete from analyst.dq.expectation where gate = ?", [gate])
    insert(
        connection,
        "expectation",
        [
            (
                rule.rule_id,
                rule.gate,
                rule.table,
                rule.column,
                rule.type,
                json.dumps(rule.kwargs, sort_keys=True),
                rule.severity,
                ",".join(rule.national_codes),
                rule.national_severity,
                rule.why,
                rule.how_to_resolve,
                rule.owner,
                rule.applies_to,
                indicator_text(rule),
                rule.max_share,
                rule.critical_share,
                rule.threshold_set_by,
                rule.source,
            )
            for rule in rules
        ],
    )
    insert(
        connection,
        "expectation_indicator",
        [
            (rule.rule_id, code, applies_to)
            for rule in rules
            for applies_to, codes in sorted(rule.indicators.items())
            for code in codes
        ],
    )


def sql_text(path: Path) -> str:
    """`path` as an SQL string literal."""
    return "'" + str(path).replace("'", "''") + "'"
