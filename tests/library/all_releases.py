"""All that was ever public of an authority, and every identity, put before the attacker."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from csc_warehouse.build.transform import registered_indicators
from csc_warehouse.disclosure import Cell
from csc_warehouse.month import Month
from csc_warehouse.places import SEEDS
from csc_warehouse.report import PUBLIC_FIGURES, reading
from csc_warehouse.report.public import read
from library.attacker import Attack, Secret, Table
from library.disclosure_tables import complete, truths
from library.identities import Sum

MONTHS = ("month", "month_end")

#: Unaccompanied children, out of as many as the council is expected to look after.
EXCEEDING = frozenset({"UASC-04"})

#: Indicator, part, breakdown, value, last day.
Name = tuple[str, str, str, str, date]


@dataclass(frozen=True)
class Findings:
    """How many numbers a release hides, and which the attacker knows exactly or within three."""

    hidden: int
    exact: tuple[Secret, ...]
    within_three: tuple[Secret, ...]


def attacked(folders: Sequence[Path], la_code: str, identities: Sequence[Sum]) -> Findings:
    """What somebody finds of an authority who kept every release, in the order they came out.

    What was shown or hidden once is remembered as it was in each release; where it is the same in
    another, it is the same number.
    """
    newest = folders[-1]
    public = [_public(folder, la_code) for folder in folders]
    every_key = {cell.key: cell for cells in public for cell in cells}
    # In full: each release as it was, and all that was ever public as it would be now.
    full = [_in_full(folder, cells) for folder, cells in zip(folders[:-1], public, strict=False)]
    full.append(_in_full(newest, list(every_key.values())))
    true = {name: value for number, cells in enumerate(full)
            for name, value in truths(number, cells).items()}  # fmt: skip
    names = _names([*every_key.values()])
    table = Table(
        public,
        true.get,
        frozenset.intersection(
            *(complete([cell for cell in cells if not cell.is_distribution]) for cells in full)
        ),
        followed=frozenset(
            each["code"]
            for each in registered_indicators()
            if "numerator_date" in each["arguments"]
        ),
        occasion=_occasions(),
        exceeding=EXCEEDING,
        known=[
            sum_
            for each in identities
            for number in range(len(full))
            for sum_ in _where_it_is_one(each, number, names, true)
        ],
    )
    attack = Attack([table])
    if not attack.believes([true]):
        raise ValueError(f"{newest.name}: the attacker takes something false of {la_code} for true")
    (found,) = attack.found(3)
    shown = _shown_before(public, true)
    return Findings(
        len(attack.secrets[0]) + len(shown),
        (*shown, *(name for name, (least, most) in found.items() if least == most)),
        tuple(name for name, (least, most) in found.items() if least < most),
    )


def _occasions() -> dict[str, str]:
    """By which of its records in a period each indicator counts a child, as the seed says."""
    with (SEEDS / "indicators" / "occasion.csv").open(encoding="utf-8", newline="") as file:
        return {row["indicator_code"]: row["occasion"] for row in csv.DictReader(file)}


def _shown_before(
    public: Sequence[Sequence[Cell]], true: Mapping[Secret, float | None]
) -> list[Secret]:
    """Numbers that the newest release hides, though one before shows them as they are."""
    shown = {
        (*name[1:], value)
        for number, cells in enumerate(public[:-1])
        for name, value in truths(number, cells).items()
        if value is not None
    }
    newest = len(public) - 1
    hidden = [cell for cell in public[-1] if cell.symbol == "c"]
    return [
        name
        for name, value in truths(newest, hidden).items()
        if value is None and (*name[1:], true.get(name)) in shown
    ]


def _public(folder: Path, la_code: str) -> list[Cell]:
    return [cell for cell in read(folder / PUBLIC_FIGURES) if cell.la_code == la_code]


def _in_full(folder: Path, cells: Sequence[Cell]) -> list[Cell]:
    with duckdb.connect(str(folder / "analyst.duckdb"), read_only=True) as connection:
        return reading.in_full(connection, cells)


def _names(cells: Sequence[Cell]) -> dict[Name, Secret]:
    """Each figure of a month that was ever public, by what an identity calls it and the end."""
    return {
        (cell.indicator_code, name[3], *cell.key[5:7], cell.period_end_date): name
        for cell in cells
        if cell.period_type in MONTHS
        for name in truths(1, [cell])
    }


def _where_it_is_one(
    identity: Sum, release: int, names: Mapping[Name, Secret], true: Mapping[Secret, float | None]
) -> list[Mapping[Secret, float]]:
    """The identity in each month of a release in which all of its figures were ever public.

    None where it fails in one of the months: it is none there, and whoever takes something false
    for true finds nothing that counts.
    """
    found: list[Mapping[Secret, float]] = []
    for end in sorted({each[-1] for each in names}):
        before = Month.of(end.isoformat()[:7]).before(1).last_day
        met = [((*series[:4], before if series[4] else end), sign) for series, sign in identity]
        if all(series in names for series, _ in met):
            terms = {(release, *names[series][1:]): float(sign) for series, sign in met}
            if abs(sum(weight * (true.get(name) or 0) for name, weight in terms.items())) > 0.01:
                return []
            found.append(terms)
    return found
