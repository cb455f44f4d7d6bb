"""The staging gate: each record of each conformed table is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from csc_warehouse.quality.frames import build_rows, columns_of, not_evaluated
from csc_warehouse.quality.results import Result, result_of
from csc_warehouse.quality.rules import Rule, RuleFile
from csc_warehouse.quality.validation import validate


def judge_records(
    connection: duckdb.DuckDBPyConnection, file: RuleFile, la_codes: Sequence[str]
) -> list[Result]:
    """Judge each record of a conformed table; failing ones go to the temp table `found`."""
    columns = columns_of(connection, "intermediate", file.table)
    try:
        build_rows(connection, file, columns)
    except duckdb.Error:
        return [result_of(rule, la_code, error=True) for rule in file.rules for la_code in la_codes]
    judged = sorted({name for rule in file.rules for name in rule.judged_columns})
    if file.is_by_year:
        judged.append("collection_year")
    names = ", ".join(judged)
    connection.execute(
        "create or replace temp table combination as "
        "select row_number() over () - 1 as combination_id, * from "
        f"(select la_code, {names}, count(*) as record_count from judged_row "
        f"group by la_code, {names})"
    )
    frame = connection.execute(f"select {names} from combination order by combination_id").df()
    failing, broken = validate(frame, file.rules) if len(frame) else ({}, set())
    for rule in file.rules:
        if not rule.is_of_all_years and rule.rule_id in failing:
            of_its_years = frame["collection_year"].map(rule.is_of)
            failing[rule.rule_id] = [row for row in failing[rule.rule_id] if of_its_years[row]]
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
        result_of(
            rule,
            la_code,
            evaluated=evaluated.get((rule.rule_id, la_code), 0),
            failed=failed.get((rule.rule_id, la_code), 0),
            error=rule.rule_id in broken,
        )
        for rule in file.rules
        for la_code in la_codes
    ]


def _evaluated(
    connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]
) -> dict[tuple[str, str], int]:
    """Records that each rule judged, by rule and authority."""
    sums = ", ".join(
        f"coalesce(sum(record_count) filter (where not ({not_evaluated(rule)})), 0)"
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
