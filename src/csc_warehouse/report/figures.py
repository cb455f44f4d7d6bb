"""The figures of a release as its page and workbook show them, one headline period each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import duckdb

#: The period that stands for an indicator: the longest that moves every month.
_HEADLINE = ("month_end", "rolling_12_months", "rolling_4_weeks", "year")

_PERIOD_WORDS = {
    "month_end": "at {end}",
    "rolling_12_months": "12 months to {end}",
    "rolling_4_weeks": "4 weeks to {end}",
    "year": "year to {end}",
}

SUBJECTS = {
    "front_door": "Front door, assessment and child protection",
    "care": "Children looked after and placements",
    "missing": "Missing from home and care",
    "care_leavers": "Care leavers",
}


@dataclass(frozen=True)
class Point:
    """One value of one period; `value` is None where it can't be given."""

    period_end_date: date
    numerator: float | None
    denominator: float | None
    value: float | None
    lower_bound: float | None
    upper_bound: float | None


@dataclass(frozen=True)
class Figure:
    """An indicator of one authority: its register row, its latest point and those before it."""

    register: Mapping[str, str]
    period_type: str
    points: tuple[Point, ...]
    unavailable_reason: str | None

    @property
    def code(self) -> str:
        return self.register["indicator_code"]

    @property
    def is_share(self) -> bool:
        return self.register["aggregation"].startswith("share")

    @property
    def latest(self) -> Point | None:
        return self.points[-1] if self.points else None

    @property
    def year_before(self) -> Point | None:
        """The same period a year earlier."""
        if self.latest is None:
            return None
        end = self.latest.period_end_date
        return next(
            (
                point
                for point in self.points
                if (point.period_end_date.year, point.period_end_date.month)
                == (end.year - 1, end.month)
            ),
            None,
        )

    @property
    def period(self) -> str:
        if self.latest is None:
            return ""
        end = self.latest.period_end_date
        return _PERIOD_WORDS[self.period_type].format(end=f"{end.day} {end:%b %Y}")

    def show(self, value: float | None) -> str:
        """`value` for people: a count as it is, a percentage with one decimal."""
        if value is None:
            return "–"
        return f"{value:.1f}%" if self.is_share else f"{value:,.0f}"

    @property
    def change(self) -> str:
        """Since a year before: in points for a percentage, absolute and relative for a count."""
        latest, before = self.latest, self.year_before
        if latest is None or before is None or latest.value is None or before.value is None:
            return "–"
        difference = latest.value - before.value
        if self.is_share:
            return _with_minus(f"{difference:+.1f} points")
        relative = f" ({difference / before.value:+.1%})" if before.value else ""
        return _with_minus(f"{difference:+,.0f}{relative}")

    @property
    def range(self) -> str:
        """The bounds, where records in doubt leave the value open."""
        point = self.latest
        if point is None or point.lower_bound is None or point.upper_bound is None:
            return ""
        if point.lower_bound == point.upper_bound:
            return ""
        low, high = self.show(point.lower_bound), self.show(point.upper_bound)
        return "" if low == high else f"{low} to {high}"

    @property
    def behind(self) -> str:
        """Numerator of denominator, for a percentage."""
        point = self.latest
        if point is None or not self.is_share or point.denominator is None:
            return ""
        return f"{point.numerator or 0:,.0f} of {point.denominator:,.0f}"


@dataclass(frozen=True)
class Subject:
    title: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Authority:
    la_code: str
    name: str
    as_at_date: date
    is_stale: bool
    subjects: tuple[Subject, ...]


@dataclass(frozen=True)
class Figures:
    """All that a release shows: its month and its authorities."""

    release_id: str
    month: str
    as_at_date: date
    authorities: tuple[Authority, ...]


def _with_minus(text: str) -> str:
    """`text` with a minus sign instead of a hyphen, as it is read aloud and printed."""
    return text.replace("-", "−")


def day(value: date) -> str:
    """`value` for people: 30 September 2022."""
    return f"{value.day} {value:%B %Y}"


def read(connection: duckdb.DuckDBPyConnection) -> Figures:
    """The headline figures of every authority in the analyst database behind `connection`."""
    register = _register(connection)
    release_id, month, as_at_date = _one(
        connection, "select release_id, month, as_at_date from ops.release"
    )
    rows = connection.execute(
        """
        select
            la_code, indicator_code, period_type, period_end_date,
            numerator, denominator, value, lower_bound, upper_bound,
            availability, unavailable_reason
        from indicators.rpt_indicator
        where breakdown = 'all'
        order by la_code, indicator_code, period_type, period_end_date
        """
    ).fetchall()
    by_authority: dict[str, list[Figure]] = defaultdict(list)
    for (la_code, code), group in groupby(rows, key=lambda row: (row[0], row[1])):
        by_type = {kind: list(part) for kind, part in groupby(group, key=lambda row: row[2])}
        period_type = next((kind for kind in _HEADLINE if kind in by_type), None)
        if period_type is None:
            continue
        chosen = by_type[period_type]
        reasons = [row[10] for row in chosen if row[9] != "available"]
        by_authority[la_code].append(
            Figure(
                register=register[code],
                period_type=period_type,
                points=() if reasons else tuple(Point(*row[3:9]) for row in chosen[-37:]),
                unavailable_reason=reasons[-1] if reasons else None,
            )
        )
    authorities = [
        Authority(
            la_code=la_code,
            name=name,
            as_at_date=as_at,
            is_stale=is_stale,
            subjects=tuple(_subjects(by_authority[la_code], list(register))),
        )
        for la_code, name, as_at, is_stale in connection.execute(
            "select la_code, authority_name, as_at_date, is_stale "
            "from marts.dim_authority order by la_code"
        ).fetchall()
    ]
    return Figures(release_id, month, as_at_date, tuple(authorities))


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[str, str, date]:
    row = connection.execute(sql).fetchone()
    if row is None:
        raise LookupError(f"No row: {sql}")
    return row[0], row[1], row[2]


def _register(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """The register by code, in the order in which its rows were loaded: the register's own."""
    cursor = connection.execute("select * from reference.indicator order by rowid")
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row["indicator_code"]: row for row in rows}


def _subjects(figures: list[Figure], codes: list[str]) -> list[Subject]:
    """The figures by subject, in the order of `codes`."""
    figures = sorted(figures, key=lambda figure: codes.index(figure.code))
    return [
        Subject(
            title, tuple(figure for figure in figures if figure.register["source_subject"] == key)
        )
        for key, title in SUBJECTS.items()
        if any(figure.register["source_subject"] == key for figure in figures)
    ]
