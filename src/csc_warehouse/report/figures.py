"""What a release shows: who, when, the register, and the cells that every form is made of.

A cell is one figure of `rpt_indicator`. `reading` reads a release, `selection` says which cells are
shown, once and for every audience: the officers see them as they are, the public after disclosure
control (`public`). `measures` puts them together as a page shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from csc_warehouse.disclosure import Cell, Setting, threshold_of
from csc_warehouse.report.concentration import Part
from csc_warehouse.report.recording import Recorded

#: The period that stands for an indicator: the longest that moves every month.
HEADLINE_PERIODS = ("month_end", "rolling_12_months", "rolling_4_weeks", "year")

#: The periods that a line can be drawn of, finest first. Windows that overlap are no points of a
#: control chart; four weeks hardly do, and stand where nothing else does.
SERIES_PERIODS = ("month_end", "month", "quarter", "rolling_4_weeks", "year")

#: How far back a line goes, in months; years go as far as the extract does.
SERIES_MONTHS = 36

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
    #: What is said of each indicator, by code: what people search in.
    said: Mapping[str, str]
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
    #: The largest counts that are hidden, by authority and time; the seed's without.
    thresholds: tuple[Setting, ...] = ()
    #: Events by month where they are too few for a line that the public can read: for officers.
    months: tuple[Cell, ...] = ()
    #: Lines of the parts that a change may be in, by authority, indicator and period type.
    parts: Mapping[tuple[str, str, str], tuple[Part, ...]] = field(default_factory=dict, repr=False)
    #: By authority and indicator what it is made of, and how much of that is recorded by month.
    recorded: Mapping[tuple[str, str], tuple[Recorded, ...]] = field(
        default_factory=dict, repr=False
    )
    #: Days of school holidays, in order.
    school_holidays: tuple[date, ...] = ()

    def threshold(self, la_code: str) -> int:
        """The largest count that the authority hides, as `disclosure.protect` finds it."""
        ends = [cell.period_end_date for cell in self.cells if cell.la_code == la_code]
        return threshold_of(la_code, max(ends, default=self.as_at_date), self.thresholds)
