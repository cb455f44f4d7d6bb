"""The profiles of the raw gate: each load's tables and columns, beside those of the load before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from csc_warehouse import lake
from csc_warehouse.lake import declarations
from csc_warehouse.month import Month
from csc_warehouse.places import Home
from csc_warehouse.quality.delivery_profile import profile_deliveries
from csc_warehouse.quality.rules import needs
from csc_warehouse.sql import statement

#: Up to this many different values a raw column is taken to be coded.
MOST_CODES = 60


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


def profile_loads(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    loads: Iterable[lake.LoadManifest],
    month: str,
) -> None:
    """Make the profiles of the newest load of each authority and source, and the one before.

    `load_profile`: la_code, source_system, rows_in, rows_quarantined, months_late (by how many
    months it is older than a release of `month` should have it; below 0 while there is time).
    `table_profile`: a row per declared table; `column_profile`: per declared kept column;
    both with the same counts of the load before (`previous_…`, null where there is none).
    """
    newest = {
        (load.la_code, load.source_system): load
        for load in sorted(loads, key=lambda load: (load.extract_month, load.sequence))
    }
    profile_deliveries(connection, home, newest)
    connection.execute(statement(__package__, "load_profile"))
    late_after = declarations.months_by_source("late_after_months")
    needed = {need[:3] for need in needs()}
    needing = _needing()
    for (la_code, source_name), load in sorted(newest.items()):
        connection.execute(
            "insert into load_profile values (?, ?, ?, ?, ?)",
            [
                la_code,
                source_name,
                load.rows_in,
                load.rows_quarantined,
                _month_number(month) - _month_number(load.extract_month) - late_after[source_name],
            ],
        )
        previous = previous_load(home, load)
        source = declarations.load_source(source_name)
        rows: list[tuple[Any, ...]] = []
        for table in source.tables:
            now = _profile_table(connection, home, load, table)
            before = _profile_table(connection, home, previous, table) if previous else None
            entry = load.table(table.name)
            unknown = entry.columns_unknown if entry else ()
            dates = {column.name for column in table.columns if column.holds_date}
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
                        len(needing.get((source_name, table.name, column), ())),
                        len(needing.get((source_name, table.name, ""), ())),
                        column in dates,
                        column in entry.columns_known if entry else None,
                        declarations.nearest(
                            column, [name for name in unknown if not name.startswith("(")]
                        ),
                    )
                )
        marks = ", ".join("?" for _ in rows[0])
        connection.executemany(f"insert into column_profile values ({marks})", rows)


def _needing() -> dict[tuple[str, str, str], set[str]]:
    """The indicators that read a column, by source, table and column; of a whole table under ''."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for source, table, column, code in needs():
        found.setdefault((source, table, ""), set()).add(code)
        found.setdefault((source, table, column), set()).add(code)
    return found


def _month_number(month: str) -> int:
    """Months since year 0, of a month written YYYY-MM."""
    year, number = month.split("-")
    return 12 * int(year) + int(number)


def previous_load(home: Home, load: lake.LoadManifest) -> lake.LoadManifest | None:
    """The load that `load` is compared with: the authority's accepted one of an earlier month.

    A source that delivers periods starts small each year, so its load is compared with an
    earlier one of the same reporting year, else with the same month of the year before.
    """
    month = Month.of(load.extract_month)
    before = str(month.before(1))
    earlier = [
        other
        for other in lake.current_loads(home, before, [load.la_code])
        if other.source_system == load.source_system
    ]
    source = declarations.load_source(load.source_system)
    if source.merge == declarations.UNION_OF_MONTHS:
        year_start = f"{month.year - (month.number < 4)}-04"
        same_month = str(month.before(12))
        earlier = [other for other in earlier if other.extract_month >= year_start] or [
            other for other in earlier if other.extract_month == same_month
        ]
    return max(earlier, key=lambda other: other.extract_month, default=None)


def _profiled_columns(table: declarations.TableDeclaration) -> list[str]:
    """The columns whose filling and codes are watched: every stored one that is delivered."""
    ours = (declarations.DERIVED, declarations.TECHNICAL)
    return [column.name for column in table.stored if column.kind not in ours]


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
    scanned = {"files": [str(path) for path in files]}
    row = connection.execute(
        statement(__package__, "filled_count", columns=known), scanned
    ).fetchone()
    assert row is not None
    counted = {name: (row[1 + 2 * i], row[2 + 2 * i]) for i, name in enumerate(known)}
    coded = [name for name in known if name in kept and 0 < counted[name][1] <= MOST_CODES]
    values: dict[str, dict[str, int]] = {}
    if coded:
        counts = connection.execute(statement(__package__, "code_count", columns=coded), scanned)
        for name, code, number in counts.fetchall():
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


def _seen_before(now: _ColumnCounts, before: _ColumnCounts) -> int | None:
    """Cells whose code the load before held too; null where either column isn't coded."""
    if not now.values or not before.values:
        return None
    return sum(number for code, number in now.values.items() if code in before.values)
