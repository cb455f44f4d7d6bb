"""A release as one audience may see it: its measures, with their lines, limits and tables."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from math import inf

from csc_warehouse.ask import registered
from csc_warehouse.disclosure import Cell
from csc_warehouse.disclosure.cells import AVERAGES
from csc_warehouse.disclosure.relations import read_identities
from csc_warehouse.report.concentration import Place, concentrated
from csc_warehouse.report.control_chart import (
    Assurance,
    Evidence,
    Kind,
    Point,
    Variation,
    assurance,
    chart,
    count_interval,
    evidence,
    kind_of,
    moved,
    quiet_limit,
    share_interval,
    variation,
    weight_of_holidays,
)
from csc_warehouse.report.figures import (
    Authority,
    Comparison,
    Question,
    Register,
    Release,
    Shown,
    Step,
    Topic,
)
from csc_warehouse.report.recording import Recording, changed_with, is_in_doubt
from csc_warehouse.report.selection import (
    at_ends,
    headline_type,
    in_step,
    instead_of_hidden,
    is_year_before,
    recent,
)
from csc_warehouse.report.signals import LOOKS, Signal, found

#: The probability at which a flow is named beside a stock that changed.
_FLOW_CHANCE = 0.05


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
        values = sorted({cell.breakdown_value for cell in self.cells}, key=registered.band_order)
        by_place = {(cell.breakdown_value, cell.period_end_date): cell for cell in self.cells}
        return [
            (value, [by_place.get((value, period.period_end_date)) for period in self.periods])
            for value in values
        ]


@dataclass(frozen=True)
class Flow:
    """What moved a stock: the indicator that counts who came or who left, and how it moved."""

    title: str
    is_coming: bool
    evidence: Evidence


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
    #: What the line says, and what it said a period before: `LOOKS` of them, the newest first.
    looks: tuple[Evidence | None, ...]
    steps: tuple[Step, ...]
    comparison: Comparison
    tables: tuple[Table, ...]
    bounds: tuple[float, float] | None
    unavailable: str | None
    #: The newest figure, where it is hidden and `headline` is an older one that may be shown.
    hidden: Cell | None = None
    #: A change that is more than chance, among all measures of the authority.
    signal: Signal | None = None
    #: Of a stock that changed: who came and who left, where that moved it by more than chance.
    flows: tuple[Flow, ...] = ()
    #: What is recorded otherwise since it changed.
    recording: Recording | None = None
    #: Of a change for officers: where most of it is.
    places: tuple[Place, ...] = ()

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

    @property
    def kind(self) -> Kind:
        """What it counts, and so what chance does to it."""
        return kind_of(self.register["aggregation"], self.register["measured_as"])

    @property
    def quiet_limit(self) -> int | None:
        """Of rare events, for how many months none may come by chance; None of all others."""
        if self.kind is not Kind.COUNT or not self.points or self.line[-1].period_type != "month":
            return None
        since = max((step.step_date for step in self.steps), default=date.min)
        return quiet_limit([cell.numerator for cell in self.line if cell.period_end_date >= since])

    @property
    def variation(self) -> Variation | None:
        """What the newest periods say; None where nothing can be said of them."""
        if self.signal is not None:
            # What is only recorded otherwise is neither better nor worse.
            polarity = self.polarity if self.recording is None else "neutral"
            return variation(self.signal.evidence.is_higher, polarity)
        return Variation.COMMON if self.looks and self.looks[0] is not None else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where chance alone could put the headline, in 95 of 100 cases; of shares and rates."""
        cell = self.headline
        if cell is None or cell.numerator is None or not cell.denominator:
            return None
        if cell.is_rate or (cell.is_share and _is_of_no_whole([cell])):
            unit = (10_000 if cell.is_rate else 100) / cell.denominator
            lower, upper = count_interval(cell.numerator)
            return unit * lower, unit * upper
        return share_interval(cell.numerator, cell.denominator) if cell.is_share else None

    @property
    def assurance(self) -> Assurance | None:
        """Whether the headline meets the target by more than chance."""
        return assurance(self.interval, self.polarity, self.comparison.target)


def _is_of_no_whole(cells: Sequence[Cell]) -> bool:
    """Whether they are shares of a number, such as a limit, and may be over 100%."""
    return any(
        cell.is_share and (cell.numerator or 0) > (cell.denominator or inf) for cell in cells
    )


def _flows(
    measures: Mapping[str, Measure], code: str, signal: Signal, holidays: Sequence[date] = ()
) -> tuple[Flow, ...]:
    """Of the flows of the stock `code` those that moved it, since when it changed.

    By the balance that the register has of it; each flow is asked once, all of them together at
    95%.
    """
    stock, told = measures[code], signal.evidence
    since = stock.line[told.since].period_end_date
    parts = [
        (part, sign > 0)
        for identity in read_identities()
        if identity.is_balance and identity.whole == (code, "numerator")
        for (part, which), sign in identity.parts
        if which == "numerator" and part in measures
    ]
    flows = []
    for part, is_coming in parts:
        line = measures[part].line
        newest = sum(cell.period_end_date >= since for cell in line)
        if not newest or line[-1].period_type != "month" or measures[part].steps:
            continue
        counts = [cell.value for cell in line]
        found = moved(Kind.COUNT, counts, Season.of(line, counts, holidays).sizes, newest)
        moves_it = found is not None and (found.is_higher == is_coming) == told.is_higher
        if found is not None and moves_it and found.probability <= _FLOW_CHANCE / len(parts):
            flows.append(Flow(measures[part].title, is_coming, found))
    return tuple(flows)


@dataclass(frozen=True)
class Season:
    """The days of the periods of a line, and how much of another a day of school holidays is.

    `weight` is None where they are as good as any, or too few are known to say.
    """

    days: tuple[float, ...]
    holidays: tuple[float, ...]
    weight: float | None

    @classmethod
    def of(
        cls, line: Sequence[Cell], counts: Sequence[float | None], holidays: Sequence[date]
    ) -> Season:
        """That of `line`; `holidays` are all days of school holidays, in order."""
        days = tuple((cell.period_end_date - cell.period_start_date).days + 1.0 for cell in line)
        within = tuple(
            float(bisect_right(holidays, cell.period_end_date)
                  - bisect_left(holidays, cell.period_start_date))
            for cell in line
        )  # fmt: skip
        return cls(days, within, weight_of_holidays(counts, days, within))

    @property
    def sizes(self) -> list[float | None]:
        """The room that events have: days, those of holidays by what they bring."""
        less = 1 - (1.0 if self.weight is None else self.weight)
        # A month of holidays that bring nothing has room for a day's events, for no certainty.
        return [max(days - less * free, 1.0)
                for days, free in zip(self.days, self.holidays, strict=True)]  # fmt: skip


def _charted(
    kind: Kind, line: Sequence[Cell], starts: Sequence[int], holidays: Sequence[date] = ()
) -> tuple[tuple[Point, ...], tuple[Evidence | None, ...]]:
    """The control chart of a line, and what it says look by look.

    `starts`: where limits start afresh; `holidays`: days of school holidays, in order. A rate is
    judged by its children, then put in its unit.
    """
    is_counted = bool(line) and (line[0].is_rate or _is_of_no_whole(line))
    values: list[float | None] = [cell.numerator if is_counted else cell.value for cell in line]
    sizes = (
        Season.of(line, values, holidays).sizes
        if kind is Kind.COUNT
        else [cell.denominator for cell in line]
    )
    points = chart(kind, values, sizes, starts)
    first = max(starts, default=0)
    looks = []
    for end in range(len(line), len(line) - LOOKS, -1):
        said = evidence(kind, values[first:end], sizes[first:end])
        looks.append(said and said.moved(first))
    if is_counted:
        units = [cell.value / cell.numerator for cell in line if cell.value and cell.numerator]
        if not units:
            return (), ()
        points = tuple(point.times(units[-1]) for point in points)
        looks = [said and said.times(units[-1]) for said in looks]
    return points, tuple(looks)


class View:
    """The measures of a release as one audience may see them: `cells` are all it is given.

    `with_bounds`: whether the range that records in doubt leave open is part of it, and the months
    of rare events, which the public can't have.
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
        self._months: dict[tuple[str, str], list[Cell]] = defaultdict(list)
        for cell in release.months if with_bounds else ():
            self._months[cell.la_code, cell.indicator_code].append(cell)
        self._measures: dict[str, dict[str, Measure]] = {}

    def group(self, la_code: str, shown: Shown) -> tuple[Cell, ...]:
        """The cells that a question asks for, oldest first."""
        period_type = shown.period_type or self.release.series.get(
            (la_code, shown.indicator_code), ""
        )
        return tuple(
            self._groups.get((la_code, shown.indicator_code, period_type, shown.breakdown), ())
        )

    def lines(self, la_code: str, question: Question) -> dict[str, list[Cell]]:
        """The lines of a question by indicator, oldest first, all of the same kind of period."""
        kinds = in_step(la_code, question, self.release.series)
        found = {}
        for code, kind in kinds.items():
            # The register may not have the others' period.
            cells = self.group(la_code, Shown(code, kind, "all"))
            cells = cells or self.group(la_code, Shown(code, None, "all"))
            if cells:
                is_stock = cells[-1].period_type == "month_end"
                found[code] = at_ends(cells, kinds.values()) if is_stock else list(cells)
        return {code: cells for code, cells in found.items() if cells}

    def measure(self, authority: Authority, code: str) -> Measure:
        """The indicator `code` of `authority`."""
        la_code = authority.la_code
        if la_code not in self._measures:
            measures = {each: self._measure(authority, each) for each in self.release.register}
            signals = found({each: measure.looks for each, measure in measures.items()})
            self._measures[la_code] = {
                each: replace(
                    measure,
                    signal=signals.get(each),
                    flows=_flows(measures, each, signals[each], self.release.school_holidays)
                    if each in signals
                    else (),
                    places=self._places(measure, signals[each]) if each in signals else (),
                    recording=self._recording(measure, signals[each]) if each in signals else None,
                )
                for each, measure in measures.items()
            }
        return self._measures[la_code][code]

    def _places(self, measure: Measure, signal: Signal) -> tuple[Place, ...]:
        """Where most of a change is; of the public's measures nothing is known of it."""
        if not self.with_bounds or not measure.line:
            return ()
        newest = measure.line[-1]
        parts = self.release.parts.get((newest.la_code, measure.code, newest.period_type), ())
        return concentrated(measure.kind, measure.line, signal.evidence, parts)

    def _recording(self, measure: Measure, signal: Signal) -> Recording | None:
        """What is recorded otherwise since a measure changed; the public is told no share of it.

        Nor that there are no records at all: a 0 may be hidden.
        """
        line, told = measure.line, signal.evidence
        fields = self.release.recorded.get((line[-1].la_code, measure.code), ())
        if not self.with_bounds and any(cell.value is None for cell in line):
            fields = tuple(each for each in fields if each.field.column_name)
        found = changed_with(line, told, fields)
        if found is None and is_in_doubt(line, told, self.release.bounds):
            return Recording(None)
        return found and (found if self.with_bounds else Recording(found.title))

    def _measure(self, authority: Authority, code: str) -> Measure:
        la_code, release = authority.la_code, self.release
        headlines: Sequence[Cell] = self._headlines(la_code, code)
        hidden = None
        if headlines and not headlines[-1].is_distribution:
            years = self._groups.get((la_code, code, "year", "all"), ())
            headlines, hidden = instead_of_hidden(headlines, years)
        newest = headlines[-1] if headlines else None
        line = tuple(
            self._months.get((la_code, code))
            or recent(self.group(la_code, Shown(code, None, "all")))
        )
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
        register = release.register[code]
        counted = "count" if _is_of_no_whole(line) else register["aggregation"]
        kind = kind_of(counted, register["measured_as"])
        points, looks = (
            _charted(kind, line, starts, release.school_holidays) if has_limits else ((), ())
        )
        return Measure(
            register=register,
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
            points=points,
            looks=looks,
            steps=steps,
            comparison=self._comparison(la_code, code, newest if hidden is None else hidden),
            tables=self._tables(la_code, code),
            bounds=release.bounds.get(newest.key)
            if newest and self.with_bounds and not newest.is_distribution
            else None,
            unavailable=release.unavailable.get((la_code, code)),
            hidden=hidden,
        )

    def _comparison(self, la_code: str, code: str, newest: Cell | None) -> Comparison:
        """What the newest figure is held against; of a hidden one not whether it met a target."""
        found = self.release.comparisons.get((la_code, code), Comparison())
        is_shown = newest is not None and newest.value is not None
        return found if is_shown else replace(found, target_status=None)

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
