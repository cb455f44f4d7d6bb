"""What a release shows: the cells that its pages, pack, workbooks and CSV are made of.

A cell is one figure of `rpt_indicator`. Which cells are shown is decided here, once and for every
audience: the officers see them as they are, the public after disclosure control (`public`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import Any

import duckdb

from csc_warehouse.disclosure import Cell, threshold_of
from csc_warehouse.disclosure.cells import AVERAGES
from csc_warehouse.report.control_chart import (
    Assurance,
    Point,
    Variation,
    assurance,
    variation,
    xmr,
)

#: The period that stands for an indicator: the longest that moves every month.
HEADLINE_PERIODS = ("month_end", "rolling_12_months", "rolling_4_weeks", "year")

#: The periods that a line can be drawn of, finest first. Windows that overlap are no points of a
#: control chart; four weeks hardly do, and stand where nothing else does.
SERIES_PERIODS = ("month_end", "month", "quarter", "rolling_4_weeks", "year")

#: How far back a line goes, in months; years go as far as the extract does.
SERIES_MONTHS = 36
_YEARS_MONTHS = 84

#: A line with a larger share of small counts than this is drawn of longer periods.
_SMALL_SHARE = 0.25

_KEY = (
    "la_code, indicator_code, period_type, period_start_date, period_end_date, "
    "breakdown, breakdown_value"
)

Register = Mapping[str, Any]


@dataclass(frozen=True)
class Topic:
    """A page of the report and the indicators that stand for it on the overview."""

    topic: str
    title: str
    summary: str
    headline_codes: tuple[str, ...]


@dataclass(frozen=True)
class Breakdown:
    """A breakdown that the report shows: the newest `periods` of one period type."""

    indicator_code: str
    breakdown: str
    period_type: str
    periods: int
    title: str


@dataclass(frozen=True)
class Shown:
    """What a question asks to see: an indicator, in one period type, perhaps by a breakdown."""

    indicator_code: str
    period_type: str | None
    breakdown: str


@dataclass(frozen=True)
class Question:
    """A question that committees have asked, how to read the answer, and its figures."""

    topic: str
    question: str
    answer: str
    figures: tuple[Shown, ...]


@dataclass(frozen=True)
class Step:
    """A declared change of a process: control limits start afresh on that day."""

    la_code: str
    indicator_code: str
    step_date: date
    reason: str
    declared_by: str


@dataclass(frozen=True)
class Authority:
    la_code: str
    name: str
    as_at_date: date
    is_stale: bool
    is_fictional: bool


@dataclass(frozen=True)
class Comparison:
    """What an indicator is held against: its target and what others publish of the same thing."""

    target: float | None = None
    target_status: str | None = None
    neighbours: float | None = None
    neighbours_used: int | None = None
    neighbours_named: int | None = None
    neighbours_method: str | None = None
    neighbours_model: str | None = None
    neighbours_minimum: float | None = None
    neighbours_maximum: float | None = None
    region: float | None = None
    england: float | None = None
    year: str | None = None
    source: str | None = None
    note: str | None = None

    @property
    def has_others(self) -> bool:
        return any(value is not None for value in (self.neighbours, self.region, self.england))


@dataclass(frozen=True)
class Release:
    """A release, read once: who, when, the register, and every cell that the report may show."""

    release_id: str
    month: str
    as_at_date: date
    authorities: tuple[Authority, ...]
    register: Mapping[str, Register]
    topics: tuple[Topic, ...]
    breakdowns: tuple[Breakdown, ...]
    questions: tuple[Question, ...]
    steps: tuple[Step, ...]
    comparisons: Mapping[tuple[str, str], Comparison]
    unavailable: Mapping[tuple[str, str], str]
    cells: tuple[Cell, ...]
    #: Why and by whom critical failures were accepted; None where there were none.
    acceptance: tuple[str, str] | None
    bounds: Mapping[tuple[Any, ...], tuple[float, float]] = field(repr=False)
    series: Mapping[tuple[str, str], str] = field(repr=False)

    def threshold(self, la_code: str) -> int:
        """The largest count that the authority hides, as `disclosure.protect` finds it."""
        ends = [cell.period_end_date for cell in self.cells if cell.la_code == la_code]
        return threshold_of(la_code, max(ends, default=self.as_at_date))


def read(connection: duckdb.DuckDBPyConnection) -> Release:
    """The release in the analyst database behind `connection`."""
    release_id, month, as_at_date = _rows(
        connection, "select release_id, month, as_at_date from ops.release"
    )[0]
    register = {
        row["indicator_code"]: row
        for row in _dicts(
            connection,
            "select * from reference.indicator where valid_from <= ? "
            "and (valid_to > ? or valid_to is null) order by rowid",
            [as_at_date, as_at_date],
        )
    }
    breakdowns = tuple(
        Breakdown(**row)
        for row in _dicts(connection, "select * from reference.report_breakdown order by rowid")
    )
    questions = tuple(
        Question(
            row["topic"],
            row["question"],
            row["answer"],
            tuple(_shown(text) for text in (row["figures"] or "").split()),
        )
        for row in _dicts(
            connection, "select * from reference.report_question order by topic, position"
        )
    )
    cells, bounds, unavailable = _cells(connection, register, breakdowns, questions)
    series = _series(cells)
    accepted = _rows(connection, "select reason, accepted_by from ops.acceptance")
    return Release(
        release_id=release_id,
        month=month,
        as_at_date=as_at_date,
        acceptance=(accepted[0][0], accepted[0][1]) if accepted else None,
        authorities=tuple(
            Authority(*row)
            for row in _rows(
                connection,
                "select la_code, authority_name, as_at_date, is_stale, is_fictional "
                "from marts.dim_authority order by la_code",
            )
        ),
        register=register,
        topics=tuple(
            Topic(
                row["topic"],
                row["title"],
                row["summary"],
                tuple((row["headline_codes"] or "").split()),
            )
            for row in _dicts(connection, "select * from reference.report_topic order by position")
        ),
        breakdowns=breakdowns,
        questions=questions,
        steps=tuple(
            Step(**row)
            for row in _dicts(connection, "select * from reference.step_change order by rowid")
        ),
        comparisons=_comparisons(connection),
        unavailable=unavailable,
        cells=tuple(_choose(cells, series, breakdowns, questions)),
        bounds=bounds,
        series=series,
    )


def _shown(text: str) -> Shown:
    code, period_type, breakdown = (*text.split("/"), None, None)[:3]
    return Shown(str(code), period_type, breakdown or "all")


def _rows(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()
) -> list[tuple[Any, ...]]:
    return connection.execute(sql, list(parameters)).fetchall()


def _dicts(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()
) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, list(parameters))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _cells(
    connection: duckdb.DuckDBPyConnection,
    register: Mapping[str, Register],
    breakdowns: Iterable[Breakdown],
    questions: Iterable[Question],
) -> tuple[
    list[Cell], dict[tuple[Any, ...], tuple[float, float]], dict[tuple[str, str], str]
]:  # fmt: skip
    """The rows of `rpt_indicator` that may be shown, with bounds, and the reasons of those absent.

    Everything under `all`, and of the breakdowns only those that somebody asked for.
    """
    wanted = sorted(
        {(each.indicator_code, each.period_type, each.breakdown) for each in breakdowns}
        | {
            (each.indicator_code, each.period_type, each.breakdown)
            for question in questions
            for each in question.figures
            if each.period_type and each.breakdown != "all"
        }
    )
    rows = _rows(
        connection,
        f"""
        select {_KEY}, numerator, denominator, value, lower_bound, upper_bound,
            availability, unavailable_reason
        from indicators.rpt_indicator as report
        where
            (
                breakdown = 'all'
                and period_type in (select unnest($periods))
                and period_end_date > as_at_date - $months * interval 1 month
            )
            or (indicator_code || '/' || period_type || '/' || breakdown)
                in (select unnest($wanted))
        order by la_code, indicator_code, period_type, breakdown, period_end_date, breakdown_value
        """.replace("$months", str(_YEARS_MONTHS))
        .replace("$periods", "?::varchar[]")
        .replace("$wanted", "?::varchar[]"),
        [
            [*{*SERIES_PERIODS, *HEADLINE_PERIODS}],
            ["/".join(str(part) for part in each) for each in wanted],
        ],
    )
    cells: list[Cell] = []
    bounds: dict[tuple[Any, ...], tuple[float, float]] = {}
    unavailable: dict[tuple[str, str], str] = {}
    for row in rows:
        key, (numerator, denominator, value, lower, upper, state, reason) = row[:7], row[7:]
        known = register.get(key[1])
        if known is None:
            continue
        if state != "available":
            unavailable[key[0], key[1]] = reason
            continue
        cell = Cell(
            la_code=key[0],
            indicator_code=key[1],
            period_type=key[2],
            period_start_date=key[3],
            period_end_date=key[4],
            breakdown=key[5],
            breakdown_value=key[6],
            aggregation=known["aggregation"],
            numerator=numerator,
            denominator=denominator,
            value=value,
        )
        cells.append(cell)
        if lower is not None and upper is not None and lower != upper:
            bounds[cell.key] = (lower, upper)
    return cells, bounds, unavailable


def is_small(cell: Cell) -> bool:
    """Whether the cell, or what it leaves of its whole, is a handful of children."""
    counts = [cell.numerator if cell.denominator is None else cell.denominator]
    if cell.is_share and cell.denominator is not None and cell.numerator is not None:
        counts = [cell.numerator, cell.denominator - cell.numerator]
    largest = threshold_of(cell.la_code, cell.period_end_date)
    return any(count is not None and 0 < count <= largest for count in counts)


def _series(cells: Iterable[Cell]) -> dict[tuple[str, str], str]:
    """The period type that the line of each authority and indicator is drawn of.

    The finest of which at most a quarter of the cells are small, else the coarsest there is: a
    line of hidden points is no line.
    """
    found: dict[tuple[str, str], dict[str, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for cell in cells:
        if cell.breakdown == "all" and cell.period_type in SERIES_PERIODS:
            found[cell.la_code, cell.indicator_code][cell.period_type].append(cell)
    chosen = {}
    for key, types in found.items():
        in_order = [kind for kind in SERIES_PERIODS if kind in types]
        if len(in_order) > 1 and "month" in types:
            in_order = [kind for kind in in_order if kind != "rolling_4_weeks"]
        chosen[key] = next(
            (kind for kind in in_order if _share_small(_recent(types[kind])) <= _SMALL_SHARE),
            in_order[-1],
        )
    return chosen


def _share_small(cells: Sequence[Cell]) -> float:
    return sum(is_small(cell) for cell in cells) / len(cells) if cells else 0.0


def _recent(cells: Sequence[Cell]) -> list[Cell]:
    """Those of the last three years; all where a period is a year. In the order of their ends."""
    if not cells or cells[0].period_type == "year":
        return list(cells)
    newest = max(cell.period_end_date for cell in cells)
    first = newest.year * 12 + newest.month - SERIES_MONTHS
    return [
        cell
        for cell in cells
        if cell.period_end_date.year * 12 + cell.period_end_date.month > first
    ]


def _choose(
    cells: Sequence[Cell],
    series: Mapping[tuple[str, str], str],
    breakdowns: Iterable[Breakdown],
    questions: Iterable[Question],
) -> Iterable[Cell]:
    """The cells that are shown: lines, headlines with the year before, breakdowns, questions."""
    groups: dict[tuple[str, str, str, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        groups[cell.la_code, cell.indicator_code, cell.period_type, cell.breakdown].append(cell)
    asked = {
        (each.indicator_code, each.period_type, each.breakdown)
        for question in questions
        for each in question.figures
        if each.breakdown == "all"
    }
    periods = {
        (each.indicator_code, each.period_type, each.breakdown): each.periods for each in breakdowns
    }
    for (la_code, code, period_type, breakdown), group in groups.items():
        if breakdown != "all":
            ends = sorted({cell.period_end_date for cell in group})
            kept = set(ends[-periods.get((code, period_type, breakdown), 1) :])
            yield from (cell for cell in group if cell.period_end_date in kept)
        elif series.get((la_code, code)) == period_type or (code, period_type, "all") in asked:
            yield from _recent(group)
        elif period_type == _headline_type(groups, la_code, code):
            newest = group[-1].period_end_date
            yield from (
                cell
                for cell in group
                if cell is group[-1] or is_year_before(cell.period_end_date, newest)
            )


def _headline_type(
    groups: Mapping[tuple[str, str, str, str], Sequence[Cell]], la_code: str, code: str
) -> str | None:
    return next((kind for kind in HEADLINE_PERIODS if (la_code, code, kind, "all") in groups), None)


def is_year_before(earlier: date, later: date) -> bool:
    """Whether `earlier` ends the same month a year before `later`."""
    return (earlier.year, earlier.month) == (later.year - 1, later.month)


def _comparisons(
    connection: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str], Comparison]:
    """What each indicator of each authority is held against, in its headline period."""
    if not _rows(
        connection,
        "select 1 from duckdb_tables() where schema_name = 'indicators' "
        "and table_name = 'rpt_comparison'",
    ):
        return {}
    rows = _dicts(
        connection,
        "select * from indicators.rpt_comparison where breakdown = 'all' "
        "order by la_code, indicator_code, period_end_date",
    )
    found: dict[tuple[str, str], dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        found[row["la_code"], row["indicator_code"]][row["period_type"]] = row
    return {
        key: _comparison(types[next(kind for kind in HEADLINE_PERIODS if kind in types)])
        for key, types in found.items()
        if set(types) & set(HEADLINE_PERIODS)
    }


def _comparison(row: Mapping[str, Any]) -> Comparison:
    return Comparison(
        target=row.get("target_value"),
        target_status=row.get("target_status"),
        neighbours=row.get("statistical_neighbours_value"),
        neighbours_used=row.get("statistical_neighbours_count_used"),
        neighbours_named=row.get("statistical_neighbours_count"),
        neighbours_method=row.get("statistical_neighbours_method"),
        neighbours_model=row.get("statistical_neighbours_model_version"),
        neighbours_minimum=row.get("statistical_neighbours_minimum"),
        neighbours_maximum=row.get("statistical_neighbours_maximum"),
        region=row.get("region_value"),
        england=row.get("england_value"),
        year=None if row.get("comparator_year") is None else str(row["comparator_year"]),
        source=row.get("comparator_source"),
        note=row.get("comparator_reason") or row.get("comparator_difference"),
    )


@dataclass(frozen=True)
class Table:
    """A small table of cells: rows are values of a breakdown, columns are periods."""

    title: str
    cells: tuple[Cell, ...]

    @cached_property
    def periods(self) -> list[Cell]:
        """One cell for each period, in order."""
        return sorted(
            {cell.period_end_date: cell for cell in self.cells}.values(),
            key=lambda cell: cell.period_end_date,
        )

    @cached_property
    def rows(self) -> list[tuple[str, list[Cell | None]]]:
        values = sorted({cell.breakdown_value for cell in self.cells}, key=_band_order)
        by_place = {(cell.breakdown_value, cell.period_end_date): cell for cell in self.cells}
        return [
            (value, [by_place.get((value, period.period_end_date)) for period in self.periods])
            for value in values
        ]


def _band_order(value: str) -> tuple[int, int, str]:
    """Age bands by age, `not known` last, the rest by name."""
    digits = "".join(character if character.isdigit() else " " for character in value).split()
    if value == "not known":
        return (2, 0, value)
    if value.startswith("under"):
        return (0, -1, value)
    return (0, int(digits[0]), value) if digits else (1, 0, value)


@dataclass(frozen=True)
class Measure:
    """An indicator of one authority as a page shows it."""

    register: Register
    authority: Authority
    headline: Cell | None
    before: Cell | None
    line: tuple[Cell, ...]
    points: tuple[Point, ...]
    steps: tuple[Step, ...]
    comparison: Comparison
    tables: tuple[Table, ...]
    bounds: tuple[float, float] | None
    unavailable: str | None

    @property
    def code(self) -> str:
        return str(self.register["indicator_code"])

    @property
    def title(self) -> str:
        return str(self.register["title"])

    @property
    def polarity(self) -> str:
        return str(self.register["polarity"])

    @property
    def is_share(self) -> bool:
        return str(self.register["aggregation"]).startswith("share")

    @property
    def is_count(self) -> bool:
        return str(self.register["aggregation"]).startswith("count")

    @property
    def is_comparable(self) -> bool:
        """Whether the line has the scale of the headline, and so of target and comparators.

        A count of a month can't be held against one of a year, nor a share of children who had
        a month to come back against one of those who had a year.
        """
        if self.headline is None or not self.line:
            return False
        if self.line[-1].period_type == self.headline.period_type:
            return True
        return self.register["aggregation"] in {"share_of_records", *AVERAGES}

    @cached_property
    def variation(self) -> Variation | None:
        return variation(self.points, self.polarity)

    @cached_property
    def assurance(self) -> Assurance | None:
        if not self.is_comparable:
            return None
        return assurance(self.points, self.polarity, self.comparison.target)


class View:
    """The measures of a release as one audience may see them: `cells` are all it is given.

    `with_bounds`: whether the range that records in doubt leave open is part of it.
    """

    def __init__(self, release: Release, cells: Sequence[Cell], *, with_bounds: bool) -> None:
        self.release = release
        self.cells = tuple(cells)
        self.with_bounds = with_bounds
        self._groups: dict[tuple[str, str, str, str], list[Cell]] = defaultdict(list)
        for cell in sorted(cells, key=lambda cell: (cell.period_end_date, cell.breakdown_value)):
            self._groups[
                cell.la_code, cell.indicator_code, cell.period_type, cell.breakdown
            ].append(cell)
        self._measures: dict[tuple[str, str], Measure] = {}

    def group(self, la_code: str, shown: Shown) -> tuple[Cell, ...]:
        """The cells that a question asks for, oldest first."""
        period_type = shown.period_type or self.release.series.get(
            (la_code, shown.indicator_code), ""
        )
        return tuple(
            self._groups.get((la_code, shown.indicator_code, period_type, shown.breakdown), ())
        )

    def measure(self, authority: Authority, code: str) -> Measure:
        """The indicator `code` of `authority`."""
        key = (authority.la_code, code)
        if key not in self._measures:
            self._measures[key] = self._measure(authority, code)
        return self._measures[key]

    def _measure(self, authority: Authority, code: str) -> Measure:
        la_code, release = authority.la_code, self.release
        kind = _headline_type(self._groups, la_code, code)
        headlines = self._groups[la_code, code, kind, "all"] if kind else []
        newest = headlines[-1] if headlines else None
        line = tuple(_recent(self.group(la_code, Shown(code, None, "all"))))
        steps = tuple(
            step for step in release.steps if (step.la_code, step.indicator_code) == (la_code, code)
        )
        starts = [
            number
            for number, (first, second) in enumerate(pairwise(line), start=1)
            if any(first.period_end_date < step.step_date <= second.period_end_date
                   for step in steps)
        ]  # fmt: skip
        # A year is too long a step for a chart of what chance does.
        has_limits = bool(line) and line[-1].period_type != "year"
        return Measure(
            register=release.register[code],
            authority=authority,
            headline=newest,
            before=next(
                (
                    cell
                    for cell in headlines
                    if newest and is_year_before(cell.period_end_date, newest.period_end_date)
                ),
                None,
            ),
            line=line,
            points=xmr([cell.value for cell in line], starts) if has_limits else (),
            steps=steps,
            comparison=release.comparisons.get((la_code, code), Comparison()),
            tables=tuple(
                Table(each.title, cells)
                for each in release.breakdowns
                if each.indicator_code == code
                and (cells := self.group(la_code, Shown(code, each.period_type, each.breakdown)))
            ),
            bounds=release.bounds.get(newest.key) if newest and self.with_bounds else None,
            unavailable=release.unavailable.get((la_code, code)),
        )

    def topic(self, authority: Authority, topic: Topic) -> list[Measure]:
        """The measures of a page, in the register's order; those without a figure last."""
        measures = [
            self.measure(authority, code)
            for code, row in self.release.register.items()
            if row["topic"] == topic.topic and self.has(authority, code)
        ]
        return sorted(measures, key=lambda measure: measure.headline is None)

    def has(self, authority: Authority, code: str) -> bool:
        """Whether there is anything to say of the indicator: a figure, or why there is none."""
        key = (authority.la_code, code)
        return key in self.release.unavailable or (_headline_type(self._groups, *key) is not None)

    def leading(self, authority: Authority, topic: Topic) -> list[Measure]:
        """What stands for the topic on the overview: as declared, else its first measure."""
        measures = [measure for measure in self.topic(authority, topic) if measure.headline]
        declared = [measure for code in topic.headline_codes for measure in measures
                    if measure.code == code]  # fmt: skip
        return declared or measures[:1]


def typical(cells: Iterable[Cell]) -> float | None:
    """The median of the values that are shown."""
    values = [cell.value for cell in cells if cell.value is not None]
    return median(values) if values else None
