"""Data quality: what the data promises, judged by Great Expectations at three gates.

The expectations are YAML files in `expectations/<gate>/`. Each file names a frame (a conformed
table, or a profile of the loads or of the release) and the rules that judge its columns. This is
the only module that touches Great Expectations.

How it stays fast, and free of personal values: DuckDB prepares, as set work, a few small columns
per rule (was the date read, missing, unreadable; by how many days does the end precede the start)
and groups them. Great Expectations judges each distinct combination once, and never sees a key, a
date or a name. The failing combinations are joined back to their records in DuckDB. It takes the
keys in one pass (`COMPLETE`): on such frames that costs no more than `SUMMARY`.
"""

from __future__ import annotations

import csv
import importlib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

import duckdb
import yaml

from csc_warehouse import declarations, lake
from csc_warehouse.errors import CscError
from csc_warehouse.settings import EXPECTATIONS, SEEDS, Home, private_directory

if TYPE_CHECKING:
    import pandas as pd

GATES = ("raw", "staging", "marts")

CRITICAL, WARNING = "critical", "warning"

PASS = "pass"
PASS_WITH_FAILURES = "pass with failures"
WARN = "warn"
FAIL = "fail"
ERROR = "error"
NOT_APPLICABLE = "not applicable"
STATUSES = (PASS, PASS_WITH_FAILURES, WARN, FAIL, ERROR, NOT_APPLICABLE)

#: Protects whatever the register says that the table or column is needed for.
BY_NEED = "by_need"

#: Below this many rows a share says too little to stop a release.
FEWEST_ROWS_FOR_CRITICAL = 30

#: Up to this many different values a raw column is taken to be coded.
MOST_CODES = 60

_TECHNICAL = ("record_key", "child_key", "load_id", "source_file", "row_number")


@dataclass(frozen=True)
class Rule:
    """One expectation: what it judges, how it is judged and what its failure means.

    `max_share` is the share (0-1) of failing rows up to which the rule passes (with failures);
    above `critical_share`, where one is set, the failure stops the release.
    """

    rule_id: str
    gate: str
    table: str
    column: str
    type: str
    kwargs: Mapping[str, Any]
    severity: str
    why: str
    how_to_resolve: str
    owner: str
    indicators: Mapping[str, tuple[str, ...]]
    by_need: bool
    max_share: float
    critical_share: float | None
    threshold_set_by: str
    source: str

    @property
    def judged_columns(self) -> tuple[str, ...]:
        """The frame's columns that the expectation reads."""
        names = (self.kwargs.get(name) for name in ("column", "column_A", "column_B"))
        return tuple(name for name in names if name)

    @property
    def applies_to(self) -> str:
        """`child` where a failure puts every row of the child in doubt, else `record`."""
        return "child" if self.indicators.get("child") else "record"


@dataclass(frozen=True)
class RuleFile:
    """One file of expectations: a table (or profile), the SQL of its frame, its rules."""

    path: Path
    gate: str
    table: str
    frame: str | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class GateResult:
    """What a gate found: `critical` holds one line for each failure that stops the release."""

    gate: str
    passed: bool
    critical: tuple[str, ...]
    statuses: Mapping[str, int] = field(default_factory=dict)
    failing_records: int = 0


class Candidate(Protocol):
    """What a gate needs of a release candidate."""

    @property
    def release_id(self) -> str: ...
    @property
    def month(self) -> str: ...
    @property
    def loads(self) -> Sequence[lake.LoadManifest]: ...
    def connection(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]: ...


# --------------------------------------------------------------------------- the rules, as YAML


def read_rule_file(path: Path) -> RuleFile:
    """Read one YAML file of expectations. Raises CscError naming the file and the entry."""
    gate = path.parent.name
    declared = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    table = declared["table"]
    rules = tuple(_rule(entry, gate, table, path) for entry in declared["expectations"])
    return RuleFile(path, gate, table, declared.get("frame"), rules)


def _rule(entry: Mapping[str, Any], gate: str, table: str, path: Path) -> Rule:
    try:
        threshold = entry["threshold"]
        indicators = entry["indicators"]
        by_need = indicators == BY_NEED
        kwargs = entry["kwargs"]
        return Rule(
            rule_id=str(entry["id"]),
            gate=gate,
            table=table,
            column=entry["column"],
            type=entry["type"],
            kwargs=kwargs,
            severity=entry["severity"],
            why=entry["why"].strip(),
            how_to_resolve=entry["how_to_resolve"].strip(),
            owner=entry["owner"],
            indicators={} if by_need else {key: tuple(codes) for key, codes in indicators.items()},
            by_need=by_need,
            max_share=float(threshold["max_share"]),
            critical_share=threshold.get("critical_share"),
            threshold_set_by=threshold["set_by"],
            source=entry["source"],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise CscError(
            f"{path.parent.name}/{path.name}: the entry {entry.get('id', 'without id')} lacks or "
            f"misshapes {error}. Compare it with another entry of the file."
        ) from error


def rule_files(gate: str, root: Path = EXPECTATIONS) -> list[RuleFile]:
    """The expectation files of a gate, in name order."""
    return [read_rule_file(path) for path in sorted((root / gate).glob("*.yml"))]


@cache
def needs(seeds: Path = SEEDS) -> tuple[tuple[str, str, str, str], ...]:
    """What each indicator reads: (source, raw table, raw column or '', indicator_code)."""
    path = seeds / "indicators" / "indicator.csv"
    if not path.is_file():
        return ()
    found = set()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name, text in row.items():
                if name and name.startswith("needs_"):
                    for need in (text or "").split():
                        table, _, column = need.partition(".")
                        found.add((name[6:], table, column, row["indicator_code"]))
    return tuple(sorted(found))


# ------------------------------------------------------------------------------- the dq tables


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the schema `dq` with its tables, empty, in the connection's own database."""
    connection.execute("create schema if not exists dq")
    for name, columns in _TABLES.items():
        connection.execute(f"create table if not exists dq.{name} ({columns})")


_TABLES = {
    "run": """
        gate varchar, release_id varchar, month varchar, la_code varchar, is_passed boolean,
        rules integer, passed integer, passed_with_failures integer, warned integer,
        failed integer, errors integer, not_applicable integer, failing_records bigint""",
    "expectation": """
        rule_id varchar, gate varchar, table_name varchar, column_name varchar,
        expectation_type varchar, kwargs varchar, severity varchar, why varchar,
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
    "issue": """
        issue_key varchar, rule_id varchar, la_code varchar, table_name varchar,
        record_key varchar, child_key varchar, column_name varchar, first_seen_month varchar,
        last_seen_month varchar, state varchar, accepted_until date, owner varchar,
        age_months integer""",
}


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert `rows` into `analyst.dq.<table>`, as one statement: a list for each column."""
    if not rows:
        return
    columns = [list(column) for column in zip(*rows, strict=True)]
    marks = ", ".join("unnest(?)" for _ in columns)
    connection.execute(f"insert into analyst.dq.{table} select {marks}", columns)


def _write_rules(connection: duckdb.DuckDBPyConnection, gate: str, rules: Sequence[Rule]) -> None:
    """Replace the gate's rows of dq.expectation and dq.expectation_indicator."""
    connection.execute(
        "delete from analyst.dq.expectation_indicator where rule_id in "
        "(select rule_id from analyst.dq.expectation where gate = ?)",
        [gate],
    )
    connection.execute("delete from analyst.dq.expectation where gate = ?", [gate])
    _insert(
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
                rule.why,
                rule.how_to_resolve,
                rule.owner,
                rule.applies_to,
                _indicator_text(rule),
                rule.max_share,
                rule.critical_share,
                rule.threshold_set_by,
                rule.source,
            )
            for rule in rules
        ],
    )
    _insert(
        connection,
        "expectation_indicator",
        [
            (rule.rule_id, code, applies_to)
            for rule in rules
            for applies_to, codes in sorted(rule.indicators.items())
            for code in codes
        ],
    )


def _indicator_text(rule: Rule) -> str:
    """The protected indicators, comma-joined, each once."""
    return ",".join(sorted({code for codes in rule.indicators.values() for code in codes}))


# ------------------------------------------------------------------------------ one gate


@dataclass(frozen=True)
class Result:
    """A rule's result for one authority (and, of a profile, one table and column)."""

    rule: Rule
    la_code: str
    table: str
    column: str
    status: str
    severity: str
    evaluated: int
    failed: int
    observed: str | None = None

    @property
    def share(self) -> float | None:
        return self.failed / self.evaluated if self.evaluated else None


def check(gate: str, candidate: Candidate, home: Home, *, root: Path = EXPECTATIONS) -> GateResult:
    """Judge the candidate at `gate` (raw, staging, marts) and write the dq tables of its database.

    A rerun replaces the gate's rows. The result has no values: counts, rule ids and owners.
    A critical failure, or a rule that can't be evaluated, makes `passed` false.
    """
    if gate not in GATES:
        raise CscError(f"There is no gate {gate}: {', '.join(GATES)}.")
    files = rule_files(gate, root)
    rules = [rule for file in files for rule in file.rules]
    with candidate.connection() as connection:
        la_codes = _prepare(connection, candidate)
        if gate == "raw":
            _profile_loads(connection, home, candidate.loads)
        elif gate == "staging":
            _prepare_records(connection)
        else:
            _profile_release(connection, home, candidate)
        connection.execute(f"create temp table found ({_TABLES['failing_record']})")
        results: list[Result] = []
        for file in files:
            judge = _judge_records if gate == "staging" else _judge_profile
            results += judge(connection, file, la_codes)
        connection.execute("begin transaction")
        _write_rules(connection, gate, rules)
        _write_results(connection, gate, candidate, results)
        connection.execute("delete from analyst.dq.failing_record where gate = ?", [gate])
        connection.execute(
            "insert into analyst.dq.failing_record select * from found "
            "order by rule_id, la_code, record_key, column_name"
        )
        if gate == "staging":
            _write_issues(connection, home, candidate)
        outcome = _outcome(connection, gate, candidate, results, la_codes)
        connection.execute("commit")
    return outcome


def _prepare(connection: duckdb.DuckDBPyConnection, candidate: Candidate) -> list[str]:
    """Make the temp table `authority` (la_code, as_at_date); return the codes, in order."""
    connection.execute(
        "create temp table authority as select la_code, max(as_at_date) as as_at_date "
        "from analyst.ops.load group by la_code"
    )
    found = connection.execute("select la_code from authority order by la_code").fetchall()
    return [row[0] for row in found] or sorted({load.la_code for load in candidate.loads})


def _write_results(
    connection: duckdb.DuckDBPyConnection,
    gate: str,
    candidate: Candidate,
    results: Sequence[Result],
) -> None:
    connection.execute("delete from analyst.dq.expectation_result where gate = ?", [gate])
    _insert(
        connection,
        "expectation_result",
        [
            (
                gate,
                candidate.release_id,
                result.rule.rule_id,
                result.la_code,
                result.table,
                result.column,
                result.status,
                result.severity,
                result.evaluated,
                result.failed,
                result.share,
                _threshold(result),
                result.observed,
                result.rule.why,
                result.rule.how_to_resolve,
                result.rule.owner,
                _needing(result) if result.rule.by_need else _indicator_text(result.rule),
            )
            for result in results
        ],
    )


def _threshold(result: Result) -> float:
    """The share that decided: the critical one where the failure is critical because of it."""
    rule = result.rule
    if result.status == FAIL and rule.severity == WARNING and rule.critical_share is not None:
        return float(rule.critical_share)
    return rule.max_share


def _needing(result: Result) -> str:
    """The indicators that need the raw table or column of a result, comma-joined."""
    if result.table == "rpt_indicator":
        return result.column
    return ",".join(
        sorted(
            {
                code
                for _, table, column, code in needs()
                if table == result.table
                and (not column or not result.column or column == result.column)
            }
        )
    )


def _outcome(
    connection: duckdb.DuckDBPyConnection,
    gate: str,
    candidate: Candidate,
    results: Sequence[Result],
    la_codes: Sequence[str],
) -> GateResult:
    """Write dq.run, a row per authority, and say what stops the release."""
    connection.execute("delete from analyst.dq.run where gate = ?", [gate])
    failing = dict(
        connection.execute("select la_code, count(*) from found group by la_code").fetchall()
    )
    rows = []
    for la_code in la_codes:
        of_authority = [result for result in results if result.la_code == la_code]
        count = {
            status: sum(result.status == status for result in of_authority) for status in STATUSES
        }
        rows.append(
            (
                gate,
                candidate.release_id,
                candidate.month,
                la_code,
                count[FAIL] + count[ERROR] == 0,
                len({result.rule.rule_id for result in of_authority}),
                *(count[status] for status in STATUSES),
                failing.get(la_code, 0),
            )
        )
    # dq.run lists the statuses in the order of STATUSES.
    _insert(connection, "run", rows)
    stopping = [result for result in results if result.status in (FAIL, ERROR)]
    return GateResult(
        gate=gate,
        passed=not stopping,
        critical=tuple(_line(result) for result in stopping),
        statuses={
            status: sum(result.status == status for result in results) for status in STATUSES
        },
        failing_records=sum(failing.values()),
    )


def _line(result: Result) -> str:
    """One failure for people: rule, authority, place, count, owner, what to do."""
    place = ".".join(part for part in (result.table, result.column) if part)
    if result.status == ERROR:
        return (
            f"{result.rule.rule_id}: authority {result.la_code}, {place}: the rule could not be "
            "evaluated. This is a fault of the warehouse: tell its maintainers."
        )
    observed = f" ({result.observed})" if result.observed else ""
    return (
        f"{result.rule.rule_id}: authority {result.la_code}, {place}: {result.failed} of "
        f"{result.evaluated} failed{observed}. Owner: {result.rule.owner}. "
        f"{result.rule.how_to_resolve}"
    )


def critical_failures(candidate: Candidate) -> list[str]:
    """What stops this candidate, one line for each failure of its gates so far."""
    rules = {
        rule.rule_id: rule for gate in GATES for file in rule_files(gate) for rule in file.rules
    }
    with candidate.connection() as connection:
        found = connection.execute(
            "select rule_id, la_code, table_name, column_name, status, severity, evaluated, "
            "failed, observed from analyst.dq.expectation_result where status in (?, ?) "
            "order by gate, rule_id, la_code, table_name, column_name",
            [FAIL, ERROR],
        ).fetchall()
    return [_line(Result(rules[row[0]], *row[1:])) for row in found]


def counts(candidate: Candidate) -> dict[str, Any]:
    """What the release's manifest says of its data quality: counts only."""
    with candidate.connection() as connection:
        gates = connection.execute(
            "select gate, status, count(*) from analyst.dq.expectation_result "
            "group by gate, status order by gate, status"
        ).fetchall()
        issues = connection.execute(
            "select state, count(*) from analyst.dq.issue group by state order by state"
        ).fetchall()
        failing = connection.execute(
            "select count(*), count(distinct record_key) from analyst.dq.failing_record"
        ).fetchone()
    assert failing is not None
    return {
        "results": {
            gate: {status: number for name, status, number in gates if name == gate}
            for gate in GATES
        },
        "failing_records": {"failures": failing[0], "records": failing[1]},
        "issues": dict(issues),
    }


def summary(result: GateResult) -> str:
    """The result for people: which critical rules failed, counts, owners, what to do."""
    parts = [f"{number} {status}" for status, number in result.statuses.items() if number]
    head = f"Gate {result.gate}: {'passed' if result.passed else 'stopped'} ({', '.join(parts)})."
    if result.failing_records:
        head += f" {result.failing_records} failing records are listed for their owners."
    return "\n".join([head, *(f"  {line}" for line in result.critical)])


# ------------------------------------------------------------- records (the staging gate)


def _prepare_records(connection: duckdb.DuckDBPyConnection) -> None:
    """Make what every frame may use: table `person` (birth dates), macro `age_years`."""
    connection.execute(
        "create temp table person as select la_code, child_key, min(birth_date) as birth_date "
        "from intermediate.int_persons_conformed group by la_code, child_key"
    )
    connection.execute(
        "create temp macro age_years(on_date, birth_date) as "
        "date_part('year', on_date) - date_part('year', birth_date) - "
        "case when strftime(on_date, '%m%d') < strftime(birth_date, '%m%d') then 1 else 0 end"
    )


def _judge_records(
    connection: duckdb.DuckDBPyConnection, file: RuleFile, la_codes: Sequence[str]
) -> list[Result]:
    """Judge each record of a conformed table; failing ones go to the temp table `found`."""
    columns = _columns(connection, "intermediate", file.table)
    try:
        _build_rows(connection, file, columns)
    except duckdb.Error:
        return [_result(rule, la_code, error=True) for rule in file.rules for la_code in la_codes]
    judged = sorted({name for rule in file.rules for name in rule.judged_columns})
    names = ", ".join(judged)
    connection.execute(
        "create or replace temp table combination as "
        "select row_number() over () - 1 as combination_id, * from "
        f"(select la_code, {names}, count(*) as record_count from judged_row "
        f"group by la_code, {names})"
    )
    frame = connection.execute(f"select {names} from combination order by combination_id").df()
    failing, broken = _validate(frame, file.rules) if len(frame) else ({}, set())
    evaluated = _evaluated(connection, file.rules)
    _keep_failing(connection, file, columns, failing, judged)
    failed = {
        (rule_id, la_code): number
        for rule_id, la_code, number in connection.execute(
            "select rule_id, la_code, count(*) from found where table_name = ? "
            "group by rule_id, la_code",
            [file.table],
        ).fetchall()
    }
    return [
        _result(
            rule,
            la_code,
            evaluated=evaluated.get((rule.rule_id, la_code), 0),
            failed=failed.get((rule.rule_id, la_code), 0),
            error=rule.rule_id in broken,
        )
        for rule in file.rules
        for la_code in la_codes
    ]


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[str]:
    """The table's columns; none where it does not exist."""
    return [
        row[0]
        for row in connection.execute(
            "select column_name from duckdb_columns() where schema_name = ? and table_name = ? "
            "and database_name = current_database() order by column_index",
            [schema, table],
        ).fetchall()
    ]


def _build_rows(
    connection: duckdb.DuckDBPyConnection, file: RuleFile, columns: Sequence[str]
) -> None:
    """Make the temp table `judged_row`: each record's key and the columns that rules judge."""
    wanted = sorted({name for rule in file.rules for name in rule.judged_columns})
    framed: list[str] = []
    joins = ""
    if file.frame:
        connection.execute(f"create or replace temp table framed as {file.frame}")
        framed = [row[0] for row in connection.execute("describe framed").fetchall()]
        joins += " left join framed on framed.record_key = record.record_key"
    given = [name.removesuffix("_given") for name in wanted if name.endswith("_given")]
    if given:
        filled = ", ".join(f"count({name}) as {name}" for name in given)
        joins += (
            f" inner join (select la_code, source_system, {filled} "
            f"from intermediate.{file.table} group by la_code, source_system) as filled "
            "on filled.la_code = record.la_code and filled.source_system = record.source_system"
        )
    if "child_key" in columns:
        joins += (
            " left join person on person.la_code = record.la_code "
            "and person.child_key = record.child_key "
            "left join (select distinct la_code, source_system "
            f"from intermediate.{file.table} where child_key not like 'unknown-%') as named "
            "on named.la_code = record.la_code and named.source_system = record.source_system"
        )
    connection.execute(
        "create or replace temp table judged_row as select record.la_code, record.record_key, "
        + ", ".join(f"{_expression(name, columns, framed)} as {name}" for name in wanted)
        + f" from intermediate.{file.table} as record"
        " inner join authority on authority.la_code = record.la_code" + joins
    )


def _expression(name: str, columns: Sequence[str], framed: Sequence[str]) -> str:
    """The SQL of a judged column: the frame's own, the table's own, or one of the derived ones.

    `<column>_reading`: read, missing, unreadable, placeholder (1900-01-01) or unknown (code).
    `<column>_days_after_extract`: by how many days it lies after the extract's end, else 0.
    `<column>_days_before_birth`, `<a>_days_before_<b>`: by how many days it comes too early.
    `<column>_given`: filled, where any record of the authority's source has it filled.
    `is_child_in_person_table`.
    """
    if name in framed:
        return f"framed.{name}"
    if name in columns:
        return f"record.{name}"
    if name == "is_child_in_person_table":
        # Where no record of the table names a person, the column wasn't delivered.
        return "case when named.la_code is not null then person.child_key is not null end"
    if name.endswith("_given") and name[:-6] in columns:
        # Where no record of the source has one, the source doesn't carry it.
        return f"case when filled.{name[:-6]} > 0 then record.{name[:-6]} is not null end"
    if name.endswith("_reading") and name[:-8] in columns:
        return _reading(name[:-8])
    later = re.fullmatch(r"(\w+)_days_after_extract", name)
    if later and later[1] in columns:
        return _days_early("authority.as_at_date", f"record.{later[1]}")
    early = re.fullmatch(r"(\w+?)_days_before_(\w+)", name)
    if early and early[1] in columns and early[2] in [*columns, "birth"]:
        second = "person.birth_date" if early[2] == "birth" else f"record.{early[2]}"
        return _days_early(f"record.{early[1]}", second)
    raise duckdb.BinderException(f"no column {name}")


def _days_early(first: str, second: str) -> str:
    """Days by which date `first` comes before `second`; 0 where it doesn't, null if unknown."""
    days = f"date_diff('day', cast({first} as date), cast({second} as date))"
    return f"case when {days} is not null then greatest({days}, 0) end"


def _reading(column: str) -> str:
    """How the value of a date or code came over."""

    def lists(names: str) -> str:
        return (
            f"concat(',', replace(coalesce(record.{names}, ''), ' ', ''), ',') like '%,{column},%'"
        )

    return (
        f"case when {lists('unreadable_dates')} then 'unreadable' "
        f"when {lists('placeholder_dates')} then 'placeholder' "
        f"when {lists('unknown_codes')} then 'unknown' "
        f"when record.{column} is null then 'missing' else 'read' end"
    )


def _not_evaluated(rule: Rule) -> str:
    """SQL: true for the rows that the expectation leaves out, as Great Expectations does."""
    if rule.type in ("expect_column_values_to_not_be_null", "expect_column_values_to_be_null"):
        return "false"
    missing = [f"{name} is null" for name in rule.judged_columns]
    if len(missing) == 1 or rule.kwargs.get("ignore_row_if") == "either_value_is_missing":
        return " or ".join(missing)
    return " and ".join(missing) if rule.kwargs.get("ignore_row_if") != "never" else "false"


def _evaluated(
    connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]
) -> dict[tuple[str, str], int]:
    """Records that each rule judged, by rule and authority."""
    sums = ", ".join(
        f"coalesce(sum(record_count) filter (where not ({_not_evaluated(rule)})), 0)"
        for rule in rules
    )
    found = connection.execute(
        f"select la_code, {sums} from combination group by la_code"
    ).fetchall()
    return {
        (rule.rule_id, row[0]): int(number)
        for row in found
        for rule, number in zip(rules, row[1:], strict=True)
    }


def _keep_failing(
    connection: duckdb.DuckDBPyConnection,
    file: RuleFile,
    columns: Sequence[str],
    failing: Mapping[str, Sequence[int]],
    judged: Sequence[str],
) -> None:
    """Join the failing combinations back to their records; keep rule, key and place."""
    import pyarrow as pa

    rule_ids = [rule_id for rule_id, found in failing.items() for _ in found]
    if not rule_ids:
        return
    column_of = {rule.rule_id: rule.column for rule in file.rules}
    failures = pa.table(
        {
            "rule_id": rule_ids,
            "column_name": [column_of[rule_id] for rule_id in rule_ids],
            "combination_id": [number for found in failing.values() for number in found],
        }
    )
    connection.register("failure", failures)
    child_key = "record.child_key" if "child_key" in columns else "cast(null as varchar)"
    same = " and ".join(
        f"judged_row.{name} is not distinct from combination.{name}" for name in judged
    )
    connection.execute(
        f"""
        insert into found
        with failing_combination as (
            select * from combination
            where combination_id in (select combination_id from failure)
        ),
        failing_row as (
            select combination.combination_id, judged_row.record_key
            from judged_row
            inner join failing_combination as combination
                on combination.la_code = judged_row.la_code and {same}
        )
        select
            '{file.gate}', failure.rule_id, record.la_code, '{file.table}', record.record_key,
            {child_key}, failure.column_name, record.load_id, record.source_file,
            record.row_number
        from failing_row
        inner join failure on failure.combination_id = failing_row.combination_id
        inner join intermediate.{file.table} as record
            on record.record_key = failing_row.record_key
        """
    )
    connection.unregister("failure")


def _result(
    rule: Rule,
    la_code: str,
    *,
    evaluated: int = 0,
    failed: int = 0,
    error: bool = False,
    table: str | None = None,
    column: str | None = None,
    observed: str | None = None,
) -> Result:
    """Give the counts their status."""
    status, severity = status_of(rule, evaluated, failed, error=error)
    return Result(
        rule,
        la_code,
        rule.table if table is None else table,
        rule.column if column is None else column,
        status,
        severity,
        evaluated,
        failed,
        observed,
    )


def status_of(rule: Rule, evaluated: int, failed: int, *, error: bool = False) -> tuple[str, str]:
    """The status and severity of `failed` out of `evaluated` rows.

    Nothing evaluated is not applicable, never a pass. Failures up to `max_share` are a pass with
    failures; above it the rule warns or, if critical, fails. A share over `critical_share` of at
    least FEWEST_ROWS_FOR_CRITICAL rows is critical whatever the rule's own severity.
    """
    if error:
        return ERROR, rule.severity
    if not evaluated:
        return NOT_APPLICABLE, rule.severity
    if not failed:
        return PASS, rule.severity
    share = failed / evaluated
    limit = rule.critical_share
    if limit is not None and share > limit and evaluated >= FEWEST_ROWS_FOR_CRITICAL:
        return FAIL, CRITICAL
    if share <= rule.max_share:
        return PASS_WITH_FAILURES, rule.severity
    return (FAIL if rule.severity == CRITICAL else WARN), rule.severity


# ---------------------------------------------------- profiles (the raw and the marts gate)


def _judge_profile(
    connection: duckdb.DuckDBPyConnection, file: RuleFile, la_codes: Sequence[str]
) -> list[Result]:
    """Judge a profile: a row per authority, table and column, with counts.

    The frame gives la_code, table_name, column_name, observed (counts, in words) and the judged
    columns. Each failing row is a result of its own; those that pass are one result together.
    """
    try:
        connection.execute(
            "create or replace temp table framed as select row_number() over (order by la_code, "
            f"table_name, column_name) - 1 as item_id, * from ({file.frame})"
        )
        items = connection.execute(
            "select la_code, table_name, column_name, observed from framed order by item_id"
        ).fetchall()
        names = sorted({name for rule in file.rules for name in rule.judged_columns})
        frame = connection.execute(f"select {', '.join(names)} from framed order by item_id").df()
        left_out = {
            rule.rule_id: {
                row[0]
                for row in connection.execute(
                    f"select item_id from framed where {_not_evaluated(rule)}"
                ).fetchall()
            }
            for rule in file.rules
        }
    except duckdb.Error:
        return [_result(rule, la_code, error=True) for rule in file.rules for la_code in la_codes]
    failing, broken = _validate(frame, file.rules) if items else ({}, set())
    results: list[Result] = []
    for rule in file.rules:
        bad = set(failing.get(rule.rule_id, ()))
        for la_code in la_codes:
            own = [
                number
                for number, item in enumerate(items)
                if item[0] == la_code and number not in left_out[rule.rule_id]
            ]
            good = [number for number in own if number not in bad]
            if rule.rule_id in broken:
                results.append(_result(rule, la_code, error=True))
                continue
            if good or not own:
                results.append(_result(rule, la_code, evaluated=len(good), column=""))
            results += [
                _result(
                    rule,
                    la_code,
                    evaluated=1,
                    failed=1,
                    table=items[number][1],
                    column=items[number][2] or "",
                    observed=items[number][3],
                )
                for number in own
                if number in bad
            ]
    return results


def _profile_loads(
    connection: duckdb.DuckDBPyConnection, home: Home, loads: Iterable[lake.LoadManifest]
) -> None:
    """Make the profiles of the newest load of each authority and source, and the one before.

    `load_profile`: la_code, source_system, is_compared, rows_in, rows_quarantined.
    `table_profile`: a row per declared table; `column_profile`: per declared kept column;
    both with the same counts of the load before (`previous_…`, null where there is none).
    """
    newest = {
        (load.la_code, load.source_system): load
        for load in sorted(loads, key=lambda load: (load.extract_month, load.sequence))
    }
    connection.execute(
        "create temp table load_profile (la_code varchar, source_system varchar, "
        "rows_in bigint, rows_quarantined bigint)"
    )
    connection.execute(
        "create temp table column_profile (la_code varchar, source_system varchar, "
        "table_name varchar, column_name varchar, is_needed boolean, is_required_table boolean, "
        "is_delivered boolean, previous_is_delivered boolean, row_count bigint, "
        "previous_row_count bigint, filled_count bigint, previous_filled_count bigint, "
        "value_count integer, previous_value_count integer, most_common_count bigint, "
        "seen_before_count bigint)"
    )
    needed = {need[:3] for need in needs()}
    for (la_code, source_name), load in sorted(newest.items()):
        connection.execute(
            "insert into load_profile values (?, ?, ?, ?)",
            [la_code, source_name, load.rows_in, load.rows_quarantined],
        )
        previous = previous_load(home, load)
        source = declarations.load_source(source_name)
        rows: list[tuple[Any, ...]] = []
        for table in source.tables:
            now = _profile_table(connection, home, load, table)
            before = _profile_table(connection, home, previous, table) if previous else None
            for column in _profiled_columns(table):
                mine = now.columns.get(column, _NO_COLUMN)
                earlier = (before.columns if before else {}).get(column, _NO_COLUMN)
                rows.append(
                    (
                        la_code,
                        source_name,
                        table.name,
                        column,
                        (source_name, table.name, column) in needed
                        or (source_name, table.name, "") in needed,
                        table.name in source.required_tables,
                        mine.is_delivered,
                        earlier.is_delivered if before else None,
                        now.row_count,
                        before.row_count if before else None,
                        mine.filled,
                        earlier.filled if before else None,
                        mine.value_count,
                        earlier.value_count if before else None,
                        max(mine.values.values(), default=None),
                        _seen_before(mine, earlier) if before else None,
                    )
                )
        marks = ", ".join("?" for _ in rows[0])
        connection.executemany(f"insert into column_profile values ({marks})", rows)
    connection.execute(
        "create temp view table_profile as select la_code, source_system, table_name, "
        "bool_or(is_needed) as is_needed, bool_or(is_required_table) as is_required, "
        "bool_or(is_delivered) as is_delivered, "
        "bool_or(previous_is_delivered) as previous_is_delivered, "
        "max(row_count) as row_count, max(previous_row_count) as previous_row_count "
        "from column_profile group by la_code, source_system, table_name"
    )


@dataclass(frozen=True)
class _ColumnCounts:
    is_delivered: bool
    filled: int
    value_count: int
    values: Mapping[str, int]


@dataclass(frozen=True)
class _TableCounts:
    row_count: int
    columns: Mapping[str, _ColumnCounts]


_NO_COLUMN = _ColumnCounts(is_delivered=False, filled=0, value_count=0, values={})


def previous_load(home: Home, load: lake.LoadManifest) -> lake.LoadManifest | None:
    """The load that `load` is compared with: the authority's accepted one of an earlier month.

    A source that delivers periods starts small each year, so its load is compared with an
    earlier one of the same reporting year, else with the same month of the year before.
    """
    year, month = (int(part) for part in load.extract_month.split("-"))
    before = f"{year - (month == 1)}-{(month - 2) % 12 + 1:02d}"
    earlier = [
        other
        for other in lake.current_loads(home, before, [load.la_code])
        if other.source_system == load.source_system
    ]
    source = declarations.load_source(load.source_system)
    if source.merge == declarations.UNION_OF_MONTHS:
        year_start = f"{year - (month < 4)}-04"
        same_month = f"{year - 1}-{month:02d}"
        earlier = [other for other in earlier if other.extract_month >= year_start] or [
            other for other in earlier if other.extract_month == same_month
        ]
    return max(earlier, key=lambda other: other.extract_month, default=None)


def _profiled_columns(table: declarations.TableDeclaration) -> list[str]:
    """The columns whose filling and codes are watched: every stored one that is delivered."""
    return [column.name for column in table.stored if column.kind != declarations.TECHNICAL]


def _profile_table(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    load: lake.LoadManifest,
    table: declarations.TableDeclaration,
) -> _TableCounts:
    """Count rows, filled cells and (for columns with few values) each code, in two scans."""
    entry = load.table(table.name)
    if entry is None:
        return _TableCounts(0, {})
    kept = {column.name for column in table.stored if column.kind == declarations.KEEP}
    known = [name for name in _profiled_columns(table) if name in entry.columns_known]
    files = lake.parquet_files(home, load, table.name)
    if not files or not known:
        return _TableCounts(
            entry.rows_kept, {name: _ColumnCounts(True, 0, 0, {}) for name in known}
        )
    scan = f"read_parquet([{', '.join(_text(path) for path in files)}])"
    measures = ", ".join(
        f"count({_filled(name)}), approx_count_distinct({_filled(name)})" for name in known
    )
    row = connection.execute(f"select count(*), {measures} from {scan}").fetchone()
    assert row is not None
    counted = {name: (row[1 + 2 * i], row[2 + 2 * i]) for i, name in enumerate(known)}
    coded = [name for name in known if name in kept and 0 < counted[name][1] <= MOST_CODES]
    values: dict[str, dict[str, int]] = {}
    if coded:
        query = " union all ".join(
            f"select '{name}', {_filled(name)} as code, count(*) from {scan} "
            f"where {_filled(name)} is not null group by code"
            for name in coded
        )
        for name, code, number in connection.execute(query).fetchall():
            values.setdefault(name, {})[code] = number
    return _TableCounts(
        row[0],
        {
            name: _ColumnCounts(
                True,
                counted[name][0],
                len(values.get(name, ())) or counted[name][1],
                values.get(name, {}),
            )
            for name in known
        },
    )


def _filled(column: str) -> str:
    return f"case when upper(trim({column})) not in ('', 'NULL', '\\N') then {column} end"


def _seen_before(now: _ColumnCounts, before: _ColumnCounts) -> int | None:
    """Cells whose code the load before held too; null where either column isn't coded."""
    if not now.values or not before.values:
        return None
    return sum(number for code, number in now.values.items() if code in before.values)


def _text(path: Path) -> str:
    """`path` as an SQL string literal."""
    return "'" + str(path).replace("'", "''") + "'"


def _profile_release(
    connection: duckdb.DuckDBPyConnection, home: Home, candidate: Candidate
) -> None:
    """Make `table_volume` (rows of each mart now and in the newest earlier month's release) and
    `fault_share` (records of each conformed table, and those with an open failure)."""
    tables = connection.execute(
        "select distinct table_name from duckdb_columns() where database_name = 'analyst' "
        "and schema_name = 'marts' and column_name = 'la_code' order by table_name"
    ).fetchall()
    volumes = " union all ".join(
        f"select la_code, '{name}' as table_name, count(*) as row_count from analyst.marts.{name} "
        "group by la_code"
        for (name,) in tables
    )
    connection.execute(
        "create temp table table_volume_now as "
        + (volumes or "select '' as la_code, '' as table_name, 0 as row_count where false")
    )
    connection.execute(
        "create temp table volume_before "
        "(la_code varchar, month varchar, table_name varchar, row_count bigint)"
    )
    files = _history_files(home, "volume", candidate, earlier_months_only=True)
    if files:
        connection.execute(
            "insert into volume_before select la_code, month, table_name, row_count "
            f"from read_parquet([{', '.join(_text(path) for path in files)}])"
        )
    # Of several releases of that month the one with the nearest count: a mistaken one that was
    # corrected is no yardstick.
    connection.execute(
        """
        create temp table table_volume as
        with newest as (
            select la_code, max(month) as month from volume_before group by la_code
        ),
        before as (
            select volume_before.* from volume_before
            inner join newest
                on newest.la_code = volume_before.la_code and newest.month = volume_before.month
        ),
        paired as (
            select
                authority.la_code, names.table_name, coalesce(now.row_count, 0) as row_count,
                before.row_count as previous_row_count, before.month as previous_month,
                row_number() over (
                    partition by authority.la_code, names.table_name
                    order by abs(coalesce(now.row_count, 0) - before.row_count), before.row_count
                ) as nearest
            from authority
            cross join (
                select table_name from table_volume_now union select table_name from before
            ) as names
            left join table_volume_now as now
                on now.la_code = authority.la_code and now.table_name = names.table_name
            left join before
                on before.la_code = authority.la_code and before.table_name = names.table_name
        )
        select la_code, table_name, row_count, previous_row_count, previous_month
        from paired where nearest = 1
        """
    )
    conformed = connection.execute(
        "select distinct table_name from duckdb_columns() where schema_name = 'intermediate' "
        "and table_name like 'int_%_conformed' and column_name = 'record_key' order by table_name"
    ).fetchall()
    records = " union all ".join(
        f"select la_code, '{name}' as table_name, count(*) as records "
        f"from intermediate.{name} group by la_code"
        for (name,) in conformed
    )
    connection.execute(
        "create temp table fault_share as "
        "with records as ("
        + (records or "select '' as la_code, '' as table_name, 0 as records where false")
        + "), faulty as (select la_code, table_name, count(distinct record_key) as faulty "
        "from analyst.dq.failing_record where gate = 'staging' group by la_code, table_name) "
        "select records.la_code, records.table_name, records.records, "
        "coalesce(faulty.faulty, 0) as faulty from records left join faulty "
        "on faulty.la_code = records.la_code and faulty.table_name = records.table_name"
    )


# ------------------------------------------------------------------------ issues over months


def record_history(candidate: Candidate, home: Home) -> None:
    """Keep, in the lake, what failed in this release and how many rows it has.

    One file per authority, month and release, under `lake/_checks/`: append-only, written aside
    and renamed, the same again when repeated. To be called when the release is published.
    """
    with candidate.connection() as connection:
        la_codes = _prepare(connection, candidate)
        tables = connection.execute(
            "select distinct table_name from duckdb_columns() where database_name = 'analyst' "
            "and schema_name = 'marts' and column_name = 'la_code' order by table_name"
        ).fetchall()
        for la_code in la_codes:
            _write_history(
                connection,
                _history_path(home, "failing_record", la_code, candidate),
                "select la_code, ? as month, rule_id, table_name, record_key, child_key, "
                "column_name from analyst.dq.failing_record where la_code = ? "
                "order by rule_id, table_name, record_key, column_name",
                [candidate.month, la_code],
            )
            for_table = (
                "select ? as la_code, ? as month, '{0}' as table_name, count(*) as row_count "
                "from analyst.marts.{0} where la_code = ?"
            )
            if tables:
                _write_history(
                    connection,
                    _history_path(home, "volume", la_code, candidate),
                    " union all ".join(for_table.format(name) for (name,) in tables),
                    [la_code, candidate.month, la_code] * len(tables),
                )


def _history_path(home: Home, kind: str, la_code: str, candidate: Candidate) -> Path:
    return (
        home.lake
        / "_checks"
        / kind
        / f"la_code={la_code}"
        / f"extract_month={candidate.month}"
        / f"{candidate.release_id}.parquet"
    )


def _write_history(
    connection: duckdb.DuckDBPyConnection, path: Path, query: str, values: Sequence[Any]
) -> None:
    private_directory(path.parent)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    connection.execute(f"copy ({query}) to {_text(aside)} (format parquet)", values)
    aside.chmod(0o600)
    lake.flush_to_disk(aside)
    aside.replace(path)
    lake.flush_to_disk(path.parent)


def _history_files(
    home: Home, kind: str, candidate: Candidate, *, earlier_months_only: bool = False
) -> list[Path]:
    """History up to the candidate's month, of its authorities, without its own earlier run."""
    authorities = {load.la_code for load in candidate.loads}
    found = []
    for path in sorted((home.lake / "_checks" / kind).glob("la_code=*/extract_month=*/*.parquet")):
        la_code = path.parts[-3].removeprefix("la_code=")
        month = path.parts[-2].removeprefix("extract_month=")
        too_late = month >= candidate.month if earlier_months_only else month > candidate.month
        if la_code in authorities and not too_late and path.stem != candidate.release_id:
            found.append(path)
    return found


def _write_issues(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    candidate: Candidate,
) -> None:
    """Rebuild dq.issue from what fails now and what failed in releases up to the month.

    A failing record is an issue from the first month that it is seen. It is open while it fails,
    resolved once it no longer does. Age is counted in months, up to now or to the last sight.
    """
    connection.execute(
        "create temp table history (la_code varchar, month varchar, "
        "rule_id varchar, table_name varchar, record_key varchar, child_key varchar, "
        "column_name varchar)"
    )
    files = _history_files(home, "failing_record", candidate)
    if files:
        connection.execute(
            "insert into history select la_code, month, rule_id, table_name, record_key, "
            f"child_key, column_name from read_parquet([{', '.join(map(_text, files))}])"
        )
    connection.execute("delete from analyst.dq.issue")
    connection.execute(
        """
        insert into analyst.dq.issue
        with seen as (
            select la_code, month, rule_id, table_name, record_key, child_key, column_name,
                false as is_open
            from history
            union all
            select la_code, ?, rule_id, table_name, record_key, child_key, column_name, true
            from found
        ),
        issue as (
            select
                rule_id, la_code, table_name, record_key, column_name,
                max(child_key) as child_key, min(month) as first_seen_month,
                max(month) as last_seen_month, bool_or(is_open) as is_open
            from seen
            group by rule_id, la_code, table_name, record_key, column_name
        )
        select
            md5(concat_ws('|', issue.rule_id, la_code, issue.table_name, record_key,
                issue.column_name)),
            issue.rule_id, la_code, issue.table_name, record_key, child_key, issue.column_name,
            first_seen_month, last_seen_month,
            case when is_open then 'open' else 'resolved' end,
            cast(null as date),
            coalesce(expectation.owner, 'data-quality lead'),
            date_diff('month', cast(first_seen_month || '-01' as date),
                cast(case when is_open then ? else last_seen_month end || '-01' as date))
        from issue
        left join analyst.dq.expectation as expectation
            on expectation.rule_id = issue.rule_id
        order by 1
        """,
        [candidate.month, candidate.month],
    )


# ------------------------------------------------------------------------ Great Expectations


def _validate(frame: pd.DataFrame, rules: Sequence[Rule]) -> tuple[dict[str, list[int]], set[str]]:
    """Judge `frame` (index 0…n-1): the failing rows of each rule, and the rules that broke."""
    with _quiet():
        gx = great_expectations()
        suite = gx.ExpectationSuite(
            name="rules",
            expectations=[
                {
                    "type": rule.type,
                    "kwargs": dict(rule.kwargs),
                    "severity": rule.severity,
                    "meta": {"rule_id": rule.rule_id},
                }
                for rule in rules
            ],
        )
        batch = _frames().get_batch(batch_parameters={"dataframe": frame})
        outcome = batch.validate(suite, result_format={"result_format": "COMPLETE"})
    failing: dict[str, list[int]] = {}
    broken: set[str] = set()
    for result in outcome.results:
        rule_id = result.expectation_config.meta["rule_id"]
        if result.success:
            continue
        rows = result.result.get("unexpected_index_list")
        if rows is None:
            broken.add(rule_id)
        else:
            failing[rule_id] = [int(number) for number in rows]
    return failing, broken


@cache
def _frames() -> Any:
    """Where frames are handed to Great Expectations: a context in memory, without data docs."""
    gx = great_expectations()
    types = importlib.import_module("great_expectations.data_context.types.base")
    context = gx.get_context(
        mode="ephemeral",
        project_config=types.DataContextConfig(
            store_backend_defaults=types.InMemoryStoreBackendDefaults(),
            progress_bars=types.ProgressBarsConfig(globally=False),
            analytics_enabled=False,
        ),
    )
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("whole")


class _Deferred(ModuleType):
    """Stands for a module that is slow to import and seldom used: the real one on first use."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


@cache
def great_expectations() -> ModuleType:
    """Import Great Expectations when it is first needed, telemetry off.

    Its statistical tests and charts, which no rule here uses, import scipy.stats and altair:
    two of its six seconds. They are deferred.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    slow = [name for name in ("scipy.stats", "altair") if name not in sys.modules]
    for name in slow:
        sys.modules[name] = _Deferred(name)
    try:
        return importlib.import_module("great_expectations")
    finally:
        for name in slow:
            if isinstance(sys.modules.get(name), _Deferred):
                del sys.modules[name]


def great_expectations_ready() -> None:
    """Import Great Expectations ahead of the first check."""
    great_expectations()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Great Expectations' own log lines, which may quote values, out of ours."""
    import logging

    names = ("great_expectations", "great_expectations.validator", "py.warnings")
    before = [(logging.getLogger(name), logging.getLogger(name).level) for name in names]
    for logger, _ in before:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in before:
            logger.setLevel(level)
