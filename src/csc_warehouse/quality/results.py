"""What a rule found, its status, and how it is told: to the dq tables, the manifest, people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from csc_warehouse.quality.rules import (
    CRITICAL,
    GATES,
    WARNING,
    Rule,
    indicator_text,
    needs,
    rule_files,
)
from csc_warehouse.quality.tables import Candidate, insert

PASS = "pass"
PASS_WITH_FAILURES = "pass with failures"
WARN = "warn"
FAIL = "fail"
ERROR = "error"
NOT_APPLICABLE = "not applicable"
STATUSES = (PASS, PASS_WITH_FAILURES, WARN, FAIL, ERROR, NOT_APPLICABLE)

#: Below this many rows a share says too little to stop a release.
FEWEST_ROWS_FOR_CRITICAL = 30


@dataclass(frozen=True)
class Result:
    """A rule's result for one authority (and, of a profile, one table and column).

    `observed` is what was found, in counts; of a rule that could not be judged, where and why.
    """

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


@dataclass(frozen=True)
class GateResult:
    """What a gate found: `critical` holds one line for each failure that stops the release."""

    gate: str
    passed: bool
    critical: tuple[str, ...]
    statuses: Mapping[str, int] = field(default_factory=dict)
    failing_records: int = 0


def result_of(
    rule: Rule,
    la_code: str,
    *,
    evaluated: int = 0,
    failed: int = 0,
    fault: str | None = None,
    table: str | None = None,
    column: str | None = None,
    observed: str | None = None,
) -> Result:
    """Give the counts their status; with a `fault` the rule could not be judged, because of it."""
    status, severity = status_of(rule, evaluated, failed, error=fault is not None)
    return Result(
        rule,
        la_code,
        rule.table if table is None else table,
        rule.column if column is None else column,
        status,
        severity,
        0 if fault else evaluated,
        0 if fault else failed,
        f"{rule.place}: {fault}" if fault else observed,
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


def write_results(
    connection: duckdb.DuckDBPyConnection,
    gate: str,
    candidate: Candidate,
    results: Sequence[Result],
) -> None:
    connection.execute("delete from analyst.dq.expectation_result where gate = ?", [gate])
    insert(
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
                advice(result),
                result.rule.owner,
                _needing(result) if result.rule.by_need else indicator_text(result.rule),
            )
            for result in results
        ],
    )


def advice(result: Result) -> str:
    """What to do: where every record fails, the extract is to be looked at first, not the records.

    Raw and marts gates ask about whole tables: their own advice is about the extract.
    """
    is_whole = result.evaluated >= FEWEST_ROWS_FOR_CRITICAL and result.failed == result.evaluated
    if result.rule.gate != "staging" or not is_whole:
        return result.rule.how_to_resolve
    return (
        "All rows fail, so look at the extract first: was the column renamed or left out, or "
        "written in another way? csc land names headers that nobody knows and dates that are not "
        "read. "
        f"Only then: {result.rule.how_to_resolve}"
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


def write_run(
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
    insert(connection, "run", rows)
    stopping = [result for result in results if result.status in (FAIL, ERROR)]
    return GateResult(
        gate=gate,
        passed=not stopping,
        critical=_lines(stopping),
        statuses={
            status: sum(result.status == status for result in results) for status in STATUSES
        },
        failing_records=sum(failing.values()),
    )


def _lines(stopping: Sequence[Result]) -> tuple[str, ...]:
    """Each failure for people, once: a rule that breaks does so for every authority alike."""
    return tuple(dict.fromkeys(_line(result) for result in stopping))


def _line(result: Result) -> str:
    """One failure for people: rule, authority, place, count, owner, what to do."""
    if result.status == ERROR:
        return (
            f"{result.rule.rule_id}: the rule could not be evaluated. {result.observed}. "
            "This is a fault of the warehouse, not of the data: correct the file, or tell its "
            "maintainers."
        )
    place = ".".join(part for part in (result.table, result.column) if part)
    observed = f" ({result.observed})" if result.observed else ""
    return (
        f"{result.rule.rule_id}: authority {result.la_code}, {place}: {result.failed} of "
        f"{result.evaluated} failed{observed}. Owner: {result.rule.owner}. "
        f"{advice(result)}"
    )


def critical_failures(candidate: Candidate, gate: str | None = None) -> list[str]:
    """What stops this candidate, one line for each failure of its gates so far, or of one gate."""
    gates = [gate] if gate else list(GATES)
    with candidate.connection() as connection:
        found = connection.execute(
            "select rule_id, la_code, table_name, column_name, status, severity, evaluated, "
            "failed, observed from analyst.dq.expectation_result where status in (?, ?) "
            "and list_contains(?, gate) order by gate, rule_id, la_code, table_name, column_name",
            [FAIL, ERROR, gates],
        ).fetchall()
    if not found:
        return []
    rules = {
        rule.rule_id: rule for gate in GATES for file in rule_files(gate) for rule in file.rules
    }
    return list(_lines([Result(rules[row[0]], *row[1:]) for row in found]))


def faults(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Why rules could not be judged, by rule id, from the analyst database of a release."""
    found = connection.execute(
        "select rule_id, any_value(observed) from dq.expectation_result where status = ? "
        "group by rule_id",
        [ERROR],
    ).fetchall()
    return dict(found)


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
