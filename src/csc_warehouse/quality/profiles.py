"""The raw and the marts gate: profiles (a row of counts per table or column) are judged."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from csc_warehouse.quality.frames import not_evaluated
from csc_warehouse.quality.results import Result, result_of
from csc_warehouse.quality.rules import RuleFile
from csc_warehouse.quality.validation import validate


def judge_profile(
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
                    f"select item_id from framed where {not_evaluated(rule)}"
                ).fetchall()
            }
            for rule in file.rules
        }
    except duckdb.Error:
        return [result_of(rule, la_code, error=True) for rule in file.rules for la_code in la_codes]
    failing, broken = validate(frame, file.rules) if items else ({}, set())
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
                results.append(result_of(rule, la_code, error=True))
                continue
            if good or not own:
                results.append(result_of(rule, la_code, evaluated=len(good), column=""))
            results += [
                result_of(
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
