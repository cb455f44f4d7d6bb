"""Whether recording changed in the months in which a measure did: then it may be no change at all.

What the records show of it: a field that the measure is made of is filled in other shares of them
since then, or nothing is recorded any more (`seeds/report/recorded_field.csv`), or so many records
are in doubt that nothing need have changed. What somebody declared is `step_change`.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from csc_warehouse.disclosure import Cell
from csc_warehouse.month import Month
from csc_warehouse.places import SEEDS
from csc_warehouse.report.concentration import given
from csc_warehouse.report.control_chart import Evidence, Kind, Numbers, moved

#: The probability that a field is said to be recorded otherwise by chance, all of a measure's.
CHANCE = 0.01

#: By how many points the share of records that have it must differ.
POINTS = 10.0

#: Months before, as for a change; and how many records are expected where none is recorded.
_FEWEST_BEFORE, _FEWEST_EXPECTED = 8, 7.0


@dataclass(frozen=True)
class Field:
    """A row of the seed: a column of a mart, whose records a date of `dated_table` puts in months.

    Without a column it is the record itself.
    """

    table_name: str
    column_name: str
    dated_table: str
    date_column: str
    title: str
    indicator_codes: tuple[str, ...]


@cache
def read_fields(path: Path = SEEDS / "report" / "recorded_field.csv") -> tuple[Field, ...]:
    """The fields of the seed."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Field(
                row["table_name"],
                row["column_name"],
                row["dated_table"],
                row["date_column"],
                row["title"],
                tuple(row["indicator_codes"].split()),
            )
            for row in csv.DictReader(file)
        )


@dataclass(frozen=True)
class Recorded:
    """How many records an authority has, and how many have `field`, by the last day of months."""

    field: Field
    by_month: Mapping[date, tuple[int, int]]


@dataclass(frozen=True)
class Recording:
    """What is recorded otherwise since a measure changed: its title, None for records in doubt.

    `before` and `since`: the share of the records that have it (0-100); None for the public, and
    where records are not recorded at all.
    """

    title: str | None
    before: float | None = None
    since: float | None = None


def changed_with(
    line: Sequence[Cell], told: Evidence, fields: Sequence[Recorded]
) -> Recording | None:
    """What is recorded otherwise since a month in which the change `told` of `line` may have begun.

    Each month since must lie beyond all before, by `POINTS` on average and by more than chance.
    """
    first, last = Month.holding(line[0].period_start_date), Month.holding(line[-1].period_end_date)
    months = [month.last_day for month in first.until(last)]
    starts = {
        Month.holding(cell.period_start_date).last_day
        for cell in line[told.earliest : told.latest + 1]
    }
    found = [
        (probability, recording)
        for recorded in fields
        for number, month in enumerate(months)
        if month in starts and number >= _FEWEST_BEFORE
        if (each := _otherwise(recorded, months, number)) is not None
        for probability, recording in [each]
        if probability * len(fields) * len(starts) <= CHANCE
    ]
    return min(found, key=lambda each: each[0])[1] if found else None


def _otherwise(
    recorded: Recorded, months: Sequence[date], start: int
) -> tuple[float, Recording] | None:
    """How it differs since the month `start`, with its probability; None where it doesn't."""
    pairs = [recorded.by_month.get(month, (0, 0)) for month in months]
    records, filled = (np.array(each, dtype=np.float64) for each in zip(*pairs, strict=True))
    title = recorded.field.title
    if not recorded.field.column_name:
        before, since = records[:start], records[start:]
        stops = before.mean() * since.size >= _FEWEST_EXPECTED and not since.any()
        begins = since.sum() >= _FEWEST_EXPECTED and not before.any()
        return (0.0, Recording(title)) if stops or begins else None
    shares = np.where(records > 0, 100 * filled / np.maximum(records, 1), np.nan)
    was, now = shares[:start], shares[start:]
    if np.isfinite(was).sum() < _FEWEST_BEFORE or not np.isfinite(now).any():
        return None
    is_apart = np.nanmin(now) > np.nanmax(was) or np.nanmax(now) < np.nanmin(was)
    mean_was, mean_now = (_share(filled[part], records[part])
                          for part in (slice(None, start), slice(start, None)))  # fmt: skip
    evidence = moved(Kind.SHARE, given(shares), given(records), now.size)
    if evidence is None or not is_apart or abs(mean_now - mean_was) < POINTS:
        return None
    return evidence.probability, Recording(title, mean_was, mean_now)


def is_in_doubt(
    line: Sequence[Cell],
    told: Evidence,
    bounds: Mapping[tuple[object, ...], tuple[float, float]],
) -> bool:
    """Whether the records in doubt since the change leave open that nothing changed."""
    since = [cell for cell in line[told.since :] if cell.value is not None]
    ranges = [bounds.get(cell.key, (cell.value, cell.value)) for cell in since]
    if not since:
        return False
    usual = float(np.mean([cell.value for cell in since])) - told.size
    lower, upper = (float(np.mean(each)) for each in zip(*ranges, strict=True))
    return lower <= usual <= upper


def _share(filled: Numbers, records: Numbers) -> float:
    return float(100 * filled.sum() / max(records.sum(), 1))
