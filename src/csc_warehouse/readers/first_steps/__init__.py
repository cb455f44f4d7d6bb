"""What an analyst begins with, in the delivered folder alone: `start/`.

    release.pq           Power Query: every table of the folder, for Excel and Power BI
    relationships.csv    how the marts join, for a model: from the contracts' primary keys
    measures.csv         each indicator of the register as a measure, in DAX and in SQL
    first_look.ipynb     a notebook: Python with DuckDB
    first_look.R         the same in R
    to_csv.sql           each table as CSV, by DuckDB
    sql_server.sql       the same tables in SQL Server, with types, keys and comments

Nothing of it needs this program: it reads the Parquet and CSV beside it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from csc_warehouse.files import private_directory
from csc_warehouse.readers.first_steps import sql_server
from csc_warehouse.sql import statement

#: The folder, in the analysts' own.
FOLDER = "start"
#: What stands as it is.
FIXED = ("first_look.ipynb", "first_look.R")
_DATE_TABLE, _DATE_KEY = "dim_date", "date_day"
#: What a share, a rate and a ratio are multiplied by, by their unit.
FACTORS = {"percent": 100, "per 10,000": 10_000, "per child": 1}


@dataclass(frozen=True)
class Relationship:
    """Many rows of `from_table` to one of `to_table`. A model may have one active way between two
    tables: the fact to its dimension, and its first date.
    """

    from_table: str
    from_column: str
    to_table: str
    to_column: str
    is_active: bool


@dataclass(frozen=True)
class MeasureOf:
    """An indicator as a measure of `rpt_indicator`."""

    indicator_code: str
    title: str
    unit: str
    definition: str
    dax: str
    sql: str


def write(folder: Path, analyst_db: Path, keys: sql_server.Keys) -> None:
    """Write `start/` into the analysts' `folder`, whose release is in `analyst_db`."""
    start = private_directory(folder / FOLDER)
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        (start / "release.pq").write_text(_power_query(connection), encoding="utf-8")
        _write_csv(start / "relationships.csv", relationships(connection, keys))
        _write_csv(start / "measures.csv", measures(connection))
        scripts = sql_server.scripts(connection, keys)
    for name, text in scripts.items():
        (start / name).write_text(text, encoding="utf-8")
    for name in FIXED:
        (start / name).write_text(
            (files(__package__) / name).read_text(encoding="utf-8"), encoding="utf-8"
        )


def relationships(
    connection: duckdb.DuckDBPyConnection, keys: sql_server.Keys
) -> list[Relationship]:
    """How the marts of the release join: a column that has the name of another table's key, or
    ends in it, leads there; a date leads to the calendar.
    """
    columns = connection.execute(
        "select table_name, column_name, data_type from duckdb_columns() "
        "where schema_name = 'marts' order by table_name, column_index"
    ).fetchall()
    there = {table for table, _, _ in columns}
    tables = {
        key[0]: name
        for (schema, name), key in keys.items()
        if schema == "marts" and len(key) == 1 and name in there
    }
    found: list[Relationship] = []
    joined: set[tuple[str, str]] = set()
    for table, column, kind in columns:
        # The whole name first, then the longest end of it.
        fitting = [key for key in tables if column == key or column.endswith(f"_{key}")]
        key = max(fitting, key=len, default=None)
        if kind == "DATE" and table.startswith("fct_"):
            key = _DATE_KEY
        if key is None or tables.get(key) in (None, table):
            continue
        to_table = tables[key]
        is_active = (
            table.startswith("fct_")
            and to_table.startswith("dim_")
            and (table, to_table) not in joined
        )
        if is_active:
            joined.add((table, to_table))
        found.append(Relationship(table, column, to_table, key, is_active))
    return found


def measures(connection: duckdb.DuckDBPyConnection) -> list[MeasureOf]:
    """Each indicator that the register has at the release's day."""
    rows = connection.execute(statement(__package__, "registered")).fetchall()
    return [_measure(*row) for row in rows]


def _measure(code: str, title: str, unit: str, definition: str, gives: str) -> MeasureOf:
    """Numerators and denominators add up over authorities; a middle or an extreme does not."""
    if gives == "count":
        dax, sql = "SUM(rpt_indicator[numerator])", "sum(numerator)"
    elif gives in ("share", "rate", "ratio", "distribution"):
        factor = FACTORS[unit]
        dax = (
            f"{factor} * DIVIDE(SUM(rpt_indicator[numerator]), SUM(rpt_indicator[denominator]))"
        )  # fmt: skip
        sql = f"{factor}.0 * sum(numerator) / nullif(sum(denominator), 0)"
    else:
        dax = "SELECTEDVALUE(rpt_indicator[value])"
        sql = "case when count(*) = 1 then any_value(value) end"
    # Periods overlap and breakdowns repeat each other: of one of each, or nothing.
    one = " && ".join(
        f"HASONEVALUE(rpt_indicator[{column}])"
        for column in ("period_type", "period_end_date", "breakdown", "breakdown_value")
    )
    only = f'rpt_indicator[indicator_code] = "{code}"'
    return MeasureOf(code, title, unit, definition, f"IF({one}, CALCULATE({dax}, {only}))", sql)


def _power_query(connection: duckdb.DuckDBPyConnection) -> str:
    """A query that lists every table of the folder, each with its rows."""
    tables = connection.execute(
        "select schema_name, table_name, coalesce(comment, '') from duckdb_tables() "
        "where schema_name in ('marts', 'indicators', 'reference', 'dq') order by all"
    ).fetchall()
    rows = ",\n".join(
        "        {" + ", ".join(_m_text(part) for part in row) + "}" for row in tables
    )
    head = (files(__package__) / "release.pq").read_text(encoding="utf-8")
    return head.replace("        // tables", rows)


def _m_text(text: str) -> str:
    """A text as Power Query writes it."""
    return '"' + text.replace('"', '""').replace("#(", "#(#)(") + '"'


def _write_csv(path: Path, rows: Iterable[Any]) -> None:
    """One row of the same dataclass each; Excel opens it as UTF-8."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        for number, row in enumerate(rows):
            if number == 0:
                writer.writerow(field.name for field in fields(row))
            writer.writerow(_cells(row))


def _cells(row: Any) -> Iterator[object]:
    for value in astuple(row):
        yield str(value).lower() if isinstance(value, bool) else value
