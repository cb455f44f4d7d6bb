"""The raw and the marts gate: profiles (a row of counts per table or column) are judged."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from csc_warehouse.quality.frames import faults_by_rule, make_frame, no_column, not_evaluated
from csc_warehouse.quality.results import Result, result_of
from csc_warehouse.quality.rules import RuleFile, judged_columns
from csc_warehouse.quality.validation import understood, validate

#: What a profile says of each row: where it is, and what was counted there, in words.
_PLACE = ("la_code", "table_name", "column_name", "observed")


def judge_profile(
    connection: duckdb.DuckDBPyConnection, file: RuleFile, la_codes: Sequence[str]
) -> list[Result]:
    """Judge a profile: a row per authority, table and column, with counts.

    The frame gives la_code, table_name, column_name, observed (counts, in words) and the judged
    columns. Each failing row is a result of its own; those that pass are one result together.
    """
    expectations, broken = understood(file.rules)
    framed, fault = make_frame(connection, file, _PLACE)
    broken |= faults_by_rule(
        file.rules,
        {
            name: fault or no_column(name, file.table, framed)
            for name in judged_columns(file.rules)
            if name not in framed
        },
    )
    rules = [rule for rule in file.rules if rule.rule_id not in broken]
    items: list[tuple[str, ...]] = []
    failing: dict[str, list[int]] = {}
    left_out: dict[str, set[int]] = {}
    if rules:
        connection.execute(
            "create or replace temp table item as select row_number() over "
            "(order by la_code, table_name, column_name) - 1 as item_id, * from framed"
        )
        items = connection.execute(
            f"select {', '.join(_PLACE)} from item order by item_id"
        ).fetchall()
        names = judged_columns(rules)
        frame = connection.execute(f"select {', '.join(names)} from item order by item_id").df()
        judged = {rule.rule_id: expectations[rule.rule_id] for rule in rules}
        failing, unjudged = validate(frame, judged)
        broken |= unjudged
        for rule in rules:
            found = connection.execute(f"select item_id from item where {not_evaluated(rule)}")
            left_out[rule.rule_id] = {row[0] for row in found.fetchall()}
    results: list[Result] = []
    for rule in file.rules:
        bad = set(failing.get(rule.rule_id, ()))
        for la_code in la_codes:
            if rule.rule_id in broken:
                results.append(result_of(rule, la_code, fault=broken[rule.rule_id]))
                continue
            own = [
                number
                for number, item in enumerate(items)
                if item[0] == la_code and number not in left_out[rule.rule_id]
            ]
            good = [number for number in own if number not in bad]
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
