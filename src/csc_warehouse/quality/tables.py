"""The dq tables, and what a gate needs of the candidate that holds them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import duckdb

from csc_warehouse import lake
from csc_warehouse.quality.rules import Rule, indicator_text
from csc_warehouse.sql import statement


class Candidate(Protocol):
    """What a gate needs of a release candidate."""

    @property
    def release_id(self) -> str: ...
    @property
    def month(self) -> str: ...
    @property
    def loads(self) -> Sequence[lake.LoadManifest]: ...
    def connection(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]: ...


def la_codes_of(candidate: Candidate) -> set[str]:
    """The authorities of which the candidate has a load."""
    return {load.la_code for load in candidate.loads}


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the schema `dq` with its tables, empty, in the connection's own database."""
    connection.execute(statement(__package__, "tables"))


def prepare_authorities(connection: duckdb.DuckDBPyConnection, candidate: Candidate) -> list[str]:
    """Make the temp table `authority` (la_code, as_at_date); return the codes, in order."""
    connection.execute(
        "create or replace temp table authority as select la_code, max(as_at_date) as as_at_date "
        "from analyst.ops.load group by la_code"
    )
    found = connection.execute("select la_code from authority order by la_code").fetchall()
    return [row[0] for row in found] or sorted(la_codes_of(candidate))


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
