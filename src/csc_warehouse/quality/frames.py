"""What Great Expectations judges, made by SQL: of a conformed table, one row per record.

A file's own SQL, its frame, is the temp table `framed`; the columns that its rules judge are the
temp table `judged_row`. What can't be made is told by rule, and costs the other rules nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import duckdb

from csc_warehouse.errors import said_by_database
from csc_warehouse.quality.rules import COLLECTION_YEAR, Rule, RuleFile, judged_columns
from csc_warehouse.sql import statement

#: What the name of a column that exists for every other one ends with.
_ENDINGS = ("_reading", "_given", "_days_after_extract", "_days_before_birth")


@dataclass(frozen=True)
class JudgedColumn:
    """A column of `judged_row`: the macro of judged_row.sql that makes it, and of what."""

    name: str
    kind: str
    arguments: tuple[str, ...]
    reads: str = "record"


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The columns of a conformed table; none where it does not exist."""
    try:
        found = connection.execute(f"describe intermediate.{table}").fetchall()
    except duckdb.CatalogException:
        return []
    return [row[0] for row in found]


def make_frame(
    connection: duckdb.DuckDBPyConnection, file: RuleFile, needed: Sequence[str]
) -> tuple[list[str], str | None]:
    """Make the temp table `framed`: its columns, or why it could not be made.

    A file without a frame has none. `needed` are the columns that every frame of the gate has.
    """
    if not file.frame:
        return [], None
    try:
        connection.execute(f"create or replace temp table framed as\n{file.frame}")
        framed = [row[0] for row in connection.execute("describe framed").fetchall()]
    except duckdb.Error as error:
        # The database counts from the line before the frame's first.
        counted = re.findall(r"\nLINE (\d+):", str(error))
        line = file.frame_line + int(counted[-1]) - 2 if counted else file.frame_line
        return [], f"the file's frame, line {line}: {said_by_database(error)}"
    lacking = [name for name in needed if name not in framed]
    if lacking:
        return [], f"the file's frame, line {file.frame_line}: it has no {' or '.join(lacking)}"
    return framed, None


def make_rows(
    connection: duckdb.DuckDBPyConnection,
    file: RuleFile,
    rules: Sequence[Rule],
    columns: Sequence[str],
) -> dict[str, str]:
    """Make the temp table `judged_row`: each record's key and the columns that `rules` judge.

    `columns` are the conformed table's. Returns, by rule id, why its columns could not be made.
    """
    if not columns:
        return {rule.rule_id: f"there is no table {file.table}" for rule in rules}
    framed, fault = make_frame(connection, file, ["record_key"])
    made: list[JudgedColumn] = []
    faults: dict[str, str] = {}
    for name in judged_columns(rules):
        # A frame that can't be made may have meant any column that it writes of.
        meant = file.last_day if name == COLLECTION_YEAR and file.last_day else name
        if fault and re.search(rf"\b{meant}\b", file.frame or ""):
            faults[name] = fault
        elif column := _judged_column(name, columns, framed, file):
            made.append(column)
        else:
            faults[name] = fault or no_column(name, file.table, [*framed, *columns])
    try:
        _fill_rows(connection, file, made)
    except duckdb.Error:
        faults |= _faults_alone(connection, file, made)
        _fill_rows(connection, file, [column for column in made if column.name not in faults])
    return faults_by_rule(rules, faults)


def faults_by_rule(rules: Sequence[Rule], faults: Mapping[str, str]) -> dict[str, str]:
    """By rule id, what is wrong with the first of its judged columns that has a fault."""
    return {
        rule.rule_id: faults[name]
        for rule in rules
        for name in reversed(rule.read_columns)
        if name in faults
    }


def no_column(name: str, table: str, known: Collection[str]) -> str:
    """Says that nothing is called `name`, and what comes near it."""
    ending = next((ending for ending in _ENDINGS if name.endswith(ending)), "")
    near = get_close_matches(name, [*known, *(f"{column}{ending}" for column in known)], 1)
    return f"there is no column {name} in {table} or in the file's frame" + (
        f" (did you mean {near[0]}?)" if near else ""
    )


def _fill_rows(
    connection: duckdb.DuckDBPyConnection, file: RuleFile, made: Sequence[JudgedColumn]
) -> None:
    connection.execute(
        statement(
            __package__,
            "judged_row",
            table=file.table,
            columns=made,
            reads={column.reads for column in made},
            given_columns=[column.arguments[0] for column in made if column.kind == "given"],
        )
    )


def _faults_alone(
    connection: duckdb.DuckDBPyConnection, file: RuleFile, made: Sequence[JudgedColumn]
) -> dict[str, str]:
    """What the database says of each column that it can't make even alone."""
    faults: dict[str, str] = {}
    for column in made:
        try:
            _fill_rows(connection, file, [column])
        except duckdb.Error as error:
            faults[column.name] = f"{column.name}: {said_by_database(error)}"
    return faults


def _judged_column(
    name: str, columns: Sequence[str], framed: Sequence[str], file: RuleFile
) -> JudgedColumn | None:
    """The frame's own column, the table's own, one that exists for every column, or none.

    `<column>_reading`: read, missing, unreadable, placeholder (1900-01-01) or unknown (code).
    `<column>_days_after_extract`: by how many days it lies after the extract's end, else 0.
    `<column>_days_before_birth`, `<a>_days_before_<b>`: by how many days it comes too early.
    `<column>_given`: filled, where any record of the authority's source has it filled.
    `<column>_days_before_census_year`: by how many days before the year that its return is about.
    `<code>_valid_on_<date>`: the code was in its set on that day (the file names the set).
    `collection_year`: the year in which the last collection ends that has the record.
    `is_child_in_person_table`.
    """
    if name in framed:
        return JudgedColumn(name, "own", ("framed", name), reads="framed")
    if name in columns:
        return JudgedColumn(name, "own", ("record", name))
    if name == COLLECTION_YEAR:
        last_day = file.last_day or "null"
        if file.last_day:
            last_day = f"{'framed' if file.last_day in framed else 'record'}.{file.last_day}"
        return JudgedColumn(name, name, (last_day,), reads=last_day.partition(".")[0])
    if name == "is_child_in_person_table" and "child_key" in columns:
        return JudgedColumn(name, "is_child_known", (), reads="child")
    if name.endswith("_given") and name[:-6] in columns:
        return JudgedColumn(name, "given", (name[:-6],))
    if name.endswith("_reading") and name[:-8] in columns:
        return JudgedColumn(name, "reading", (name[:-8],))
    valid = re.fullmatch(r"(\w+_code)_valid_on_(\w+)", name)
    if valid and valid[1] in columns and valid[2] in columns and valid[1] in file.code_sets:
        return JudgedColumn(name, "valid_on", (valid[1], valid[2], file.code_sets[valid[1]]))
    later = re.fullmatch(r"(\w+)_days_after_extract", name)
    if later and later[1] in columns:
        return JudgedColumn(name, "days_early", ("authority.as_at_date", f"record.{later[1]}"))
    outside = re.fullmatch(r"(\w+)_days_before_census_year", name)
    if outside and outside[1] in columns:
        dates = (f"record.{outside[1]}", "census_year.first_day")
        return JudgedColumn(name, "days_early", dates, reads="census_year")
    early = re.fullmatch(r"(\w+?)_days_before_(\w+)", name)
    if early and early[1] in columns and early[2] == "birth" and "child_key" in columns:
        dates = (f"record.{early[1]}", "person.birth_date")
        return JudgedColumn(name, "days_early", dates, reads="birth")
    if early and early[1] in columns and early[2] in columns:
        return JudgedColumn(name, "days_early", (f"record.{early[1]}", f"record.{early[2]}"))
    return None


def not_evaluated(rule: Rule) -> str:
    """SQL: true for the rows that the expectation leaves out, as Great Expectations does.

    Great Expectations knows no years: those that have not got the rule are left out after it.
    """
    if rule.type in ("expect_column_values_to_not_be_null", "expect_column_values_to_be_null"):
        return "false"
    missing = [f"{name} is null" for name in rule.judged_columns]
    if len(missing) == 1 or rule.kwargs.get("ignore_row_if") == "either_value_is_missing":
        left_out = " or ".join(missing)
    else:
        left_out = " and ".join(missing) if rule.kwargs.get("ignore_row_if") != "never" else "false"
    return left_out if rule.is_of_all_years else f"{left_out} or not ({_years(rule)})"


def _years(rule: Rule) -> str:
    """SQL: true for the rows of a collection that has the rule."""
    return " or ".join(
        f"collection_year between {national.first_year or 0} and {national.last_year or 9999}"
        for national in rule.national
    )
