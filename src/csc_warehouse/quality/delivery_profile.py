"""What the raw gate asks of a delivery as such: is it this month's, all of it, and as declared.

Landing has counted, by file, the forms of its dates and, by table, when its records happened and of
which month its ages are; the manifests hold all of it. A chance is that of seeing so little where
nothing is wrong: of a gap, by the table's own year (how many of its working days had an event, or
families one, at most `MOST_LIKELY`); of few rows, by the least for its population
(seeds/sources/source_rate.csv).
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from datetime import date, timedelta
from functools import cache

import duckdb
import numpy as np

from csc_warehouse import lake
from csc_warehouse.lake import declarations
from csc_warehouse.month import Month
from csc_warehouse.places import SEEDS, Home
from csc_warehouse.quality.rules import needs
from csc_warehouse.sql import statement

#: A day's share of events is never taken as higher: holidays and short weeks come together.
MOST_LIKELY = 0.6
#: Brothers and sisters are referred together.
CHILDREN_OF_A_FAMILY = 2
#: A shorter history says little about how often something happens.
LEAST_WORKING_DAYS = 130
#: Links are judged where so many rows name a record.
LEAST_LINKS = 30


def profile_deliveries(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    newest: Mapping[tuple[str, str], lake.LoadManifest],
) -> None:
    """Make the tables of `delivery_profile.sql` for the newest load of each authority and source.

    Loads that an earlier version landed have no counts of dates: they are in `delivery_profile`.
    """
    connection.execute(statement(__package__, "delivery_profile"))
    needed = {need[:3] for need in needs()}
    for (la_code, source), load in sorted(newest.items()):
        place = (la_code, source)
        others = lake.all_manifests(home, la_code)
        same = _same_files(load, others)
        connection.execute(
            "insert into delivery_profile values (?, ?, ?, ?, ?)", [*place, load.rows_in, *same]
        )
        population = _population(la_code, load.extract_month)
        rows_by_table = {
            "date_form": _date_forms(load, needed),
            "event_profile": _events(connection, home, load, population, others),
            "age_profile": (astuple(fit) for fit in load.ages),
            "link_profile": _links(connection, home, load),
        }
        for table, rows in rows_by_table.items():
            _fill(connection, table, ((*place, *row) for row in rows))


def _fill(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[tuple[object, ...]]
) -> None:
    found = list(rows)
    if found:
        marks = ", ".join("?" for _ in found[0])
        connection.executemany(f"insert into {table} values ({marks})", found)


def _of_other_months(
    load: lake.LoadManifest, others: Iterable[lake.LoadManifest]
) -> Iterator[tuple[str, set[str]]]:
    """Of each accepted load of another month of the source: its month, its files' hashes."""
    for other in others:
        is_of_source = (other.la_code, other.source_system) == (load.la_code, load.source_system)
        if (
            is_of_source
            and other.extract_month != load.extract_month
            and other.outcome == lake.ACCEPTED
        ):
            yield other.extract_month, {file.sha256 for file in other.files}


def _month_with_files(
    load: lake.LoadManifest, others: Iterable[lake.LoadManifest], table: str
) -> str | None:
    """Another month whose load has the very files of a table, if there is one."""
    mine = {file.sha256 for file in load.files if file.table == table and file.rows_in}
    if not mine:
        return None
    return next((month for month, theirs in _of_other_months(load, others) if mine <= theirs), None)


def _same_files(
    load: lake.LoadManifest, others: Iterable[lake.LoadManifest]
) -> tuple[str | None, float | None]:
    """The other month whose accepted load has most of this one's bytes, and their share."""
    mine = {file.sha256: file.bytes for file in load.files if file.rows_in}
    total = sum(mine.values())
    best: tuple[str | None, float | None] = (None, None)
    if not total:
        return best
    for month, theirs in _of_other_months(load, others):
        share = sum(size for digest, size in mine.items() if digest in theirs) / total
        if share > (best[1] or 0):
            best = (month, share)
    return best


def _date_forms(
    load: lake.LoadManifest, needed: set[tuple[str, str, str]]
) -> Iterable[tuple[object, ...]]:
    numbers = load.file_numbers()
    for file in load.files:
        for column in dict.fromkeys(form.column for form in file.dates):
            forms = [form for form in file.dates if form.column == column]
            yield (
                file.table,
                column,
                numbers[file.name],
                (load.source_system, file.table, column) in needed,
                sum(form.rows for form in forms if form.is_read),
                sum(form.rows for form in forms if not form.is_read),
                sum(form.rows for form in forms if form.form == lake.MONTH_FIRST),
                sum(1 for form in forms if form.is_read),
                "; ".join(f"{form.rows:,} as {form.form}" for form in forms),
            )


def _events(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    load: lake.LoadManifest,
    population: int | None,
    others: Sequence[lake.LoadManifest],
) -> Iterable[tuple[object, ...]]:
    last = Month.of(load.extract_month).last_day
    rates = _least_rates()
    most_families = 0.0
    for item in load.events:
        rate = rates.get((load.source_system, item.table))
        least = rate * population / 10_000 if rate and population else None
        newest = date.fromisoformat(item.newest) if item.newest else None
        without = _working_days(newest, last) if newest else None
        if item.table and newest:
            families = _families_with_events(connection, home, load, item, newest)
            most_families = max(most_families, families)
        else:
            families = most_families
        often = min(item.days_with_event, families) / max(item.working_days, LEAST_WORKING_DAYS)
        yield (
            item.table or load.source_system,
            item.column,
            item.rows,
            item.rows_in_month,
            item.rows_in_year,
            item.rows_later,
            newest,
            without,
            (1 - min(MOST_LIKELY, often)) ** without if without is not None else None,
            least,
            _chance_of_at_most(item.rows_in_year, least) if least else None,
            _month_with_files(load, others, item.table),
        )


def _families_with_events(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    load: lake.LoadManifest,
    item: lake.EventDays,
    newest: date,
) -> float:
    """About how many families had an event of the table in the year up to the newest one.

    One child who goes missing again and again, then stops, is no sign of a wrong delivery.
    """
    found = connection.execute(
        statement(__package__, "children_with_events", column=item.column),
        {
            "files": [str(path) for path in lake.parquet_files(home, load, item.table)],
            "first": newest - timedelta(days=365),
            "last": newest,
        },
    ).fetchone()
    return found[0] / CHILDREN_OF_A_FAMILY if found else 0.0


def _working_days(start: date, end: date) -> int:
    """Mondays to Fridays after `start` up to `end`."""
    one = np.timedelta64(1, "D")
    return int(np.busday_count(np.datetime64(start) + one, np.datetime64(end) + one))


def _chance_of_at_most(rows: int, expected: float) -> float:
    """The chance of so few events or fewer, where `expected` are on average (Poisson)."""
    if expected > 500:
        # The normal curve, by then as good.
        return 0.5 * math.erfc((expected - rows - 0.5) / math.sqrt(2 * expected))
    term = total = math.exp(-expected)
    for number in range(1, rows + 1):
        term *= expected / number
        total += term
    return total


def _links(
    connection: duckdb.DuckDBPyConnection, home: Home, load: lake.LoadManifest
) -> Iterable[tuple[object, ...]]:
    for table in declarations.load_source(load.source_system).tables:
        entry = load.table(table.name)
        for column in table.delivered:
            target = column.leads_to or column.belongs_to
            if entry is None or target is None or column.name not in entry.columns_known:
                continue
            owner, owner_column = target.split(".")
            owner_entry = load.table(owner)
            files, owners = (lake.parquet_files(home, load, name) for name in (table.name, owner))
            if not files or not owners or owner_entry is None:
                continue
            if owner_column not in owner_entry.columns_known:
                continue
            found = connection.execute(
                statement(__package__, "link_count", column=column.name, owner_column=owner_column),
                {
                    "files": [str(path) for path in files],
                    "owner_files": [str(path) for path in owners],
                },
            ).fetchone()
            if found is not None and found[0] >= LEAST_LINKS:
                yield (table.name, column.name, *found)


@cache
def _least_rates() -> dict[tuple[str, str], float]:
    """By source and table, the fewest records in twelve months for each 10,000 children."""
    with (SEEDS / "sources" / "source_rate.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["source_system"], row["table_name"]): float(row["least_per_10000"])
            for row in csv.DictReader(file)
        }


def _population(la_code: str, month: str) -> int | None:
    """The authority's children at the last mid-year up to the month, else the first one known."""
    years = _populations().get(la_code, {})
    known = [day for day in sorted(years) if day[:7] <= month] or sorted(years)[:1]
    return years[known[-1]] if known else None


@cache
def _populations() -> dict[str, dict[str, int]]:
    with (SEEDS / "population" / "child_population.csv").open(encoding="utf-8", newline="") as file:
        found: dict[str, dict[str, int]] = {}
        for row in csv.DictReader(file):
            if row["area_type"] == "authority":
                found.setdefault(row["area"], {})[row["mid_year_date"]] = int(row["children"])
        return found
