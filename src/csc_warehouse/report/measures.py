"""A release as one audience may see it: its measures, with their lines, limits and tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from csc_warehouse.disclosure import Cell
from csc_warehouse.disclosure.cells import AVERAGES
from csc_warehouse.report.control_chart import (
    Assurance,
    Point,
    Variation,
    assurance,
    variation,
    xmr,
)
from csc_warehouse.report.figures import (
    Authority,
    Comparison,
    Register,
    Release,
    Shown,
    Step,
    Topic,
)
from csc_warehouse.report.selection import headline_type, is_year_before, recent


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

    @property
    def newest_by_size(self) -> list[Cell]:
        """The cells of the newest period, the largest first, those without a value before zeros."""
        end = self.periods[-1].period_end_date
        return sorted(
            (cell for cell in self.cells if cell.period_end_date == end),
            key=lambda cell: (-(cell.value or 0.0), cell.value is not None, cell.breakdown_value),
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
    #: The newest value; of a distribution its largest part.
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
    def is_distribution(self) -> bool:
        """Whether it is what a whole is made of: its parts are shown, the whole (100%) is not."""
        return str(self.register["aggregation"]).startswith("distribution")

    @property
    def most_common(self) -> list[Cell]:
        """The two largest parts of a distribution of which the size is shown, the larger first.

        What is not known is one of them only where nothing else is shown.
        """
        shown = [cell for table in self.tables[:1] for cell in table.newest_by_size if cell.value]
        return [cell for cell in shown if cell.breakdown_value != "not known"][:2] or shown

    @property
    def newest(self) -> list[tuple[str, Cell | None]]:
        """What a list of figures has of it, each with its title: the headline, or largest parts."""
        if not self.is_distribution or not self.most_common:
            return [(self.title, self.headline)]
        return [(f"{self.title}: {cell.breakdown_value}", cell) for cell in self.most_common]

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
        headlines = self._headlines(la_code, code)
        newest = headlines[-1] if headlines else None
        line = tuple(recent(self.group(la_code, Shown(code, None, "all"))))
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
            tables=self._tables(la_code, code),
            bounds=release.bounds.get(newest.key)
            if newest and self.with_bounds and not newest.is_distribution
            else None,
            unavailable=release.unavailable.get((la_code, code)),
        )

    def _headlines(self, la_code: str, code: str) -> list[Cell]:
        """The cells of the headline period, oldest first; of a distribution the largest part."""
        if kind := headline_type(self._groups, la_code, code):
            return self._groups[la_code, code, kind, "all"]
        return [
            table.newest_by_size[0]
            for table in self._tables(la_code, code)[:1]
            if table.cells[0].is_distribution
        ]

    def _tables(self, la_code: str, code: str) -> tuple[Table, ...]:
        return tuple(
            Table(each.title, cells)
            for each in self.release.breakdowns
            if each.indicator_code == code
            and (cells := self.group(la_code, Shown(code, each.period_type, each.breakdown)))
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
        return key in self.release.unavailable or bool(self._headlines(*key))

    def leading(self, authority: Authority, topic: Topic) -> list[Measure]:
        """What stands for the topic on the overview: as declared, else its first measure."""
        measures = [measure for measure in self.topic(authority, topic) if measure.headline]
        declared = [measure for code in topic.headline_codes for measure in measures
                    if measure.code == code]  # fmt: skip
        return declared or measures[:1]
