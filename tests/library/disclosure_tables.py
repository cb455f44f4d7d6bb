"""Random small authorities for the attacker: records, counted as the warehouse counts them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from typing import Any

import numpy as np

from csc_warehouse.disclosure import Cell, protect
from library.attacker import Secret, Table

_START = date(2022, 4, 1)
_MONTHS = [date(2022 + month // 12, month % 12 + 1, 1) for month in range(3, 17)]

#: Which months a period type covers, as first and last of those so far.
_PERIODS: dict[str, Callable[[int], tuple[int, int] | None]] = {
    "month": lambda last: (last, last),
    "quarter": lambda last: (last - 2, last) if last % 3 == 2 else None,
    "year_to_date": lambda last: (0, last),
    "rolling_3_months": lambda last: (last - 2, last) if last >= 2 else None,
}


@dataclass(frozen=True)
class Record:
    month: int
    child: int
    sex: str
    team: str
    #: The month by whose end it is so; a share's numerator counts it then.
    counted_month: int | None


@dataclass(frozen=True)
class Shape:
    """What a random table looks like."""

    aggregation: str
    period_types: tuple[str, ...]
    months: int
    breakdowns: tuple[str, ...]
    #: Whether the numerator counts only what had followed by the end of the period.
    is_followed: bool


def shape(random: np.random.Generator) -> Shape:
    kinds = (
        *("count_of_records", "share_of_records", "count_of_children", "share_of_children") * 2,
        *("distribution_of_records", "distribution_of_children", "records_per_child"),
    )
    types = [name for name in _PERIODS if random.random() < 0.4] or ["month"]
    breakdowns = [name for name in ("sex", "team") if random.random() < 0.3]
    # Most are small; one in twenty has every way in which figures can hang together.
    months = int(random.integers(3, 6)) if random.random() < 0.05 else int(random.integers(1, 3))
    kind = str(random.choice(kinds))
    is_followed = kind.startswith(("count", "share")) and bool(random.random() < 0.2)
    return Shape(kind, tuple(types), months, tuple(breakdowns), is_followed)


def records(random: np.random.Generator, months: int) -> list[Record]:
    """Some months of records, few or many, of children who may come back."""
    size = float(random.choice((1.5, 6.0, 20.0)))
    share = float(random.choice((0.1, 0.5, 0.9)))
    sexes = {child: str(random.choice(("f", "m", "u"), p=(0.5, 0.45, 0.05))) for child in range(40)}
    return [
        Record(
            month,
            child := int(random.integers(40)),
            sexes[child],
            str(random.choice(("east", "north", "none"), p=(0.5, 0.4, 0.1))),
            month + int(random.integers(0, 3)) if random.random() < share else None,
        )
        for month in range(months)
        for _ in range(random.poisson(size))
    ]


def corrected(random: np.random.Generator, before: Sequence[Record], months: int) -> list[Record]:
    """The next release's records: one month more, and now and then a correction."""
    after = list(before)
    if after and random.random() < 0.4:
        after.pop(int(random.integers(len(after))))
    newest = [record for record in records(random, months + 1) if record.month == months]
    sexes = {record.child: record.sex for record in after}
    return after + [replace(each, sex=sexes.get(each.child, each.sex)) for each in newest]


def cells(la_code: str, shape: Shape, source: Sequence[Record], months: int) -> list[Cell]:
    """The public figures of `source`, in full."""
    made = []
    groups: dict[str, list[str]] = {"all": ["all"]}
    if "sex" in shape.breakdowns:
        groups["sex"] = ["f", "m", "u"]
    if "team" in shape.breakdowns:
        groups["team"] = ["east", "north"]
    for last in range(months):
        for period_type in shape.period_types:
            span = _PERIODS[period_type](last)
            if span is None:
                continue
            inside = [record for record in source if span[0] <= record.month <= span[1]]
            units: list[list[Record]] = [[record] for record in inside]
            if shape.aggregation.endswith(("children", "child")):
                by_child: dict[int, list[Record]] = defaultdict(list)
                for record in inside:
                    by_child[record.child].append(record)
                units = list(by_child.values())
            for breakdown, values in groups.items():
                chosen = {
                    value: [
                        unit
                        for unit in units
                        if breakdown == "all" or getattr(unit[0], breakdown) == value
                    ]
                    for value in values
                }
                together = sum(map(len, chosen.values()))
                for value, of_value in chosen.items():
                    counts = _counts(shape, span[1], of_value, together)
                    made.append(_cell(la_code, shape, period_type, span, breakdown, value, *counts))
    return made


def _counts(
    shape: Shape, last: int, units: Sequence[Sequence[Record]], together: int
) -> tuple[int, int | None]:
    """Numerator and denominator of the records or children `units`, in a period to month `last`."""
    by_month = last if shape.is_followed else 99
    counted = sum(
        any(each.counted_month is not None and each.counted_month <= by_month for each in unit)
        for unit in units
    )
    if shape.aggregation.startswith("share"):
        return counted, len(units)
    if shape.aggregation.startswith("distribution"):
        return len(units), together
    if shape.aggregation == "records_per_child":
        return sum(map(len, units)), len(units)
    return counted if shape.is_followed else len(units), None


def _cell(
    la_code: str,
    shape: Shape,
    period_type: str,
    span: tuple[int, int],
    breakdown: str,
    value: str,
    numerator: int,
    denominator: int | None,
) -> Cell:
    result: float | None = float(numerator)
    if denominator is not None:
        scale = 1 if shape.aggregation == "records_per_child" else 100
        result = scale * numerator / denominator if denominator else None
    return Cell(
        la_code,
        "A",
        period_type,
        _MONTHS[span[0]],
        _MONTHS[span[1] + 1] - timedelta(days=1),
        breakdown,
        value,
        shape.aggregation,
        numerator,
        denominator,
        result,
    )


@dataclass(frozen=True)
class Case:
    """One authority's two releases: in full, and as published; and what is true of each number."""

    full: tuple[list[Cell], list[Cell]]
    table: Table
    truths: dict[Secret, float | None]


def cases(numbers: Sequence[int], threshold: int = 5) -> list[Case]:
    """The random authorities with these numbers, both releases protected in turn."""
    older: list[list[Cell]] = []
    newer: list[list[Cell]] = []
    known: list[list[Cell]] = []
    followed: list[frozenset[str]] = []
    for number in numbers:
        random = np.random.default_rng(number)
        form = shape(random)
        source = records(random, form.months)
        older.append(cells(str(number), form, source, form.months))
        followed.append(frozenset({"A"} if form.is_followed else ()))
        later = corrected(random, source, form.months)
        changed = shape(random).period_types if random.random() < 0.2 else form.period_types
        both = replace(form, period_types=tuple({*changed, *form.period_types}))
        newer.append(
            cells(str(number), replace(form, period_types=changed), later, form.months + 1)
        )
        known.append(cells(str(number), both, later, form.months + 1))
    published = _by_authority(protect([*chain(*older)], (), threshold, relations=()))
    next_published = _by_authority(
        protect(
            [*chain(*newer)],
            [*chain(*published.values())],
            threshold,
            was=chain(*older),
            now=chain(*known),
            relations=(),
        )
    )
    return [
        Case(
            (first, second),
            Table(
                (published.get(str(number), []), next_published.get(str(number), [])),
                {**truths(0, first), **truths(1, everything)}.get,
                complete(first) & complete(everything),
                followed=of_case,
            ),
            {**truths(0, first), **truths(1, everything)},
        )
        for number, first, second, everything, of_case in zip(
            numbers, older, newer, known, followed, strict=True
        )
    ]


def _by_authority(published: Sequence[Cell]) -> dict[str, list[Cell]]:
    found: dict[str, list[Cell]] = defaultdict(list)
    for cell in published:
        found[cell.la_code].append(cell)
    return found


def truths(release: int, full: Sequence[Cell]) -> dict[Secret, float | None]:
    return {
        (
            release,
            cell.la_code,
            cell.indicator_code,
            part,
            cell.period_start_date.toordinal(),
            cell.period_end_date.toordinal() + 1,
            cell.breakdown,
            cell.breakdown_value,
        ): getattr(cell, part)
        for cell in full
        for part in ("numerator", "denominator")
    }


def complete(full: Sequence[Cell]) -> frozenset[tuple[str, str]]:
    """Where nobody is left out in any period, somebody may well know it."""
    sums: dict[tuple[Any, ...], float] = defaultdict(float)
    wholes: dict[tuple[Any, ...], float] = {}
    for cell in full:
        for part in ("numerator", "denominator"):
            value = getattr(cell, part) or 0
            where = (cell.key[:5], part)
            if cell.breakdown == "all":
                wholes[where] = value
            else:
                sums[cell.breakdown, where] += value
    left_out = {name for (name, where), total in sums.items() if total != wholes[where]}
    return frozenset(
        (cell.indicator_code, cell.breakdown) for cell in full if cell.breakdown not in left_out
    )


def everything_hidden_if_any_is_small(full: list[Cell]) -> int:
    """How many figures the usual baseline keeps: whole tables are withheld if a cell is small.

    A table: the figures of one authority, indicator and period.
    """
    tables: dict[tuple[object, ...], list[Cell]] = {}
    for cell in full:
        tables.setdefault(cell.key[:5], []).append(cell)
    return sum(len(table) for table in tables.values() if not any(map(is_small, table)))


def is_small(cell: Cell) -> bool:
    parts = [cell.numerator]
    if cell.is_share and cell.numerator is not None and cell.denominator is not None:
        parts += [cell.denominator, cell.denominator - cell.numerator]
    elif cell.is_distribution or cell.is_ratio or cell.is_of_few:
        parts.append(cell.denominator)
    return any(part is not None and 1 <= part <= 5 for part in parts)
