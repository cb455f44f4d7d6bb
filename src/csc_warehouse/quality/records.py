"""The staging gate: each record of each conformed table is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from csc_warehouse.quality.frames import columns_of, make_rows, not_evaluated
from csc_warehouse.quality.results import Result, result_of
from csc_warehouse.quality.rules import COLLECTION_YEAR, Rule, RuleFile, judged_columns
from csc_warehouse.quality.validation import understood, validate
from csc_warehouse.sql import statement


def judge_records(
    connection: duckdb.DuckDBPyConnection, file: RuleFile, la_codes: Sequence[str]
) -> list[Result]:
    """Judge each record of a conformed table; failing ones go to the temp table `found`."""
    expectations, broken = understood(file.rules)
    columns = columns_of(connection, file.table)
    broken |= make_rows(connection, file, _without(file.rules, broken), columns)
    rules = _without(file.rules, broken)
    evaluated: Mapping[tuple[str, str], int] = {}
    failed: Mapping[tuple[str, str], int] = {}
    if rules:
        names = judged_columns(rules)
        connection.execute(statement(__package__, "combination", columns=names))
        frame = connection.execute(
            f"select {', '.join(names)} from combination order by combination_id"
        ).df()
        judged = {rule.rule_id: expectations[rule.rule_id] for rule in rules}
        failing, unjudged = validate(frame, judged)
        broken |= unjudged
        for rule in rules:
            if not rule.is_of_all_years and rule.rule_id in failing:
                of_its_years = frame[COLLECTION_YEAR].map(rule.is_of)
                failing[rule.rule_id] = [n for n in failing[rule.rule_id] if of_its_years[n]]
        evaluated = _evaluated(connection, rules)
        _keep_failing(connection, file, rules, "child_key" in columns, failing)
        failed = _failed(connection, file.table)
    return [
        result_of(
            rule,
            la_code,
            evaluated=evaluated.get((rule.rule_id, la_code), 0),
            failed=failed.get((rule.rule_id, la_code), 0),
            fault=broken.get(rule.rule_id),
        )
        for rule in file.rules
        for la_code in la_codes
    ]


def _without(rules: Sequence[Rule], broken: Mapping[str, str]) -> list[Rule]:
    return [rule for rule in rules if rule.rule_id not in broken]


def _evaluated(
    connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]
) -> dict[tuple[str, str], int]:
    """Records that each rule judged, by rule and authority."""
    conditions = [not_evaluated(rule) for rule in rules]
    found = connection.execute(
        statement(__package__, "evaluated", conditions=conditions)
    ).fetchall()
    return {
        (rule.rule_id, row[0]): int(number)
        for row in found
        for rule, number in zip(rules, row[1:], strict=True)
    }


def _keep_failing(
    connection: duckdb.DuckDBPyConnection,
    file: RuleFile,
    rules: Sequence[Rule],
    has_child: bool,
    failing: Mapping[str, Sequence[int]],
) -> None:
    """Join the failing combinations back to their records; keep rule, key and place."""
    import pyarrow as pa

    rule_ids = [rule_id for rule_id, found in failing.items() for _ in found]
    if not rule_ids:
        return
    column_of = {rule.rule_id: rule.column for rule in rules}
    failures = pa.table(
        {
            "rule_id": rule_ids,
            "column_name": [column_of[rule_id] for rule_id in rule_ids],
            "combination_id": [number for found in failing.values() for number in found],
        }
    )
    connection.register("failure", failures)
    connection.execute(
        statement(
            __package__,
            "found",
            table=file.table,
            columns=judged_columns(rules),
            has_child=has_child,
        ),
        {"gate": file.gate, "table_name": file.table},
    )
    connection.unregister("failure")


def _failed(connection: duckdb.DuckDBPyConnection, table: str) -> dict[tuple[str, str], int]:
    """Records that fail, by rule and authority."""
    found = connection.execute(
        "select rule_id, la_code, count(*) from found where table_name = ? "
        "group by rule_id, la_code",
        [table],
    ).fetchall()
    return {(rule_id, la_code): number for rule_id, la_code, number in found}
