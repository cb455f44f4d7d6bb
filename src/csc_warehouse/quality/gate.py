"""One gate: its rules read, its frames made and judged, the dq tables written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from csc_warehouse.errors import CscError
from csc_warehouse.places import EXPECTATIONS, Home
from csc_warehouse.quality.decided import Decided
from csc_warehouse.quality.indicator_quality import write_indicator_quality
from csc_warehouse.quality.ledger import write_issues, write_months
from csc_warehouse.quality.load_profile import profile_loads
from csc_warehouse.quality.owners import assign_owners
from csc_warehouse.quality.profiles import judge_profile
from csc_warehouse.quality.records import judge_records
from csc_warehouse.quality.release_profile import profile_release
from csc_warehouse.quality.results import GateResult, Result, write_results, write_run
from csc_warehouse.quality.rules import GATES, Rule, rule_files
from csc_warehouse.quality.tables import Candidate, prepare_authorities, write_rules
from csc_warehouse.sql import statement

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Verdict:
    """What a gate found, before it is written; `found` has the columns of dq.failing_record."""

    gate: str
    rules: tuple[Rule, ...]
    results: tuple[Result, ...]
    found: pa.Table


def check(gate: str, candidate: Candidate, home: Home, *, root: Path = EXPECTATIONS) -> GateResult:
    """Judge the candidate at `gate` (raw, staging, marts) and write the dq tables of its database.

    A rerun replaces the gate's rows. The result has no values: counts, rule ids and owners.
    A critical failure, or a rule that can't be evaluated, makes `passed` false.
    """
    with candidate.connection() as connection:
        verdict = _judge(connection, gate, candidate, home, root)
        return _record(connection, verdict, candidate, home)


def judge(gate: str, candidate: Candidate, home: Home) -> Verdict:
    """The first half of `check`, for another process: writes nothing."""
    with candidate.connection() as connection:
        return _judge(connection, gate, candidate, home, EXPECTATIONS)


def record(verdict: Verdict, candidate: Candidate, home: Home) -> GateResult:
    """The second half of `check`: write what was found into the dq tables."""
    with candidate.connection() as connection:
        return _record(connection, verdict, candidate, home)


def _judge(
    connection: duckdb.DuckDBPyConnection, gate: str, candidate: Candidate, home: Home, root: Path
) -> Verdict:
    if gate not in GATES:
        raise CscError(f"There is no gate {gate}: {', '.join(GATES)}.")
    files = rule_files(gate, root)
    la_codes = prepare_authorities(connection, candidate)
    decided = Decided.read(home, la_codes, candidate.month)
    if gate == "raw":
        profile_loads(connection, home, candidate.loads, candidate.month)
    elif gate == "marts":
        profile_release(connection, home, candidate)
    else:
        connection.execute(statement(__package__, "census_year"))
    connection.execute("create temp table found as from analyst.dq.failing_record limit 0")
    results: list[Result] = []
    for file in files:
        judge_file = judge_records if gate == "staging" else judge_profile
        results += map(decided.of, judge_file(connection, file, la_codes))
    return Verdict(
        gate,
        tuple(rule for file in files for rule in file.rules),
        tuple(results),
        connection.sql("select * from found").to_arrow_table(),
    )


def _record(
    connection: duckdb.DuckDBPyConnection, verdict: Verdict, candidate: Candidate, home: Home
) -> GateResult:
    gate, results = verdict.gate, verdict.results
    la_codes = prepare_authorities(connection, candidate)
    connection.register("verdict_found", verdict.found)
    connection.execute("create or replace temp table found as select * from verdict_found")
    connection.unregister("verdict_found")
    connection.execute("begin transaction")
    write_rules(connection, gate, verdict.rules)
    write_results(connection, gate, candidate, results)
    connection.execute("delete from analyst.dq.failing_record where gate = ?", [gate])
    connection.execute(
        "insert into analyst.dq.failing_record select * from found "
        "order by rule_id, la_code, record_key, column_name"
    )
    if gate == "staging":
        write_issues(connection, home, candidate)
    if gate == "marts":
        write_indicator_quality(connection, la_codes)
        assign_owners(connection)
        write_months(connection, home, candidate)
    outcome = write_run(connection, gate, candidate, results, la_codes)
    connection.execute("commit")
    return outcome
