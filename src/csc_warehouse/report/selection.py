"""Which cells of a release are shown: lines, headlines with the year before, breakdowns, questions.

Decided here once for every audience, before disclosure control.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from csc_warehouse.disclosure import CONFIDENTIAL, Cell, Setting, threshold_of
from csc_warehouse.report.control_chart import Kind, kind_of
from csc_warehouse.report.figures import (
    HEADLINE_PERIODS,
    SERIES_MONTHS,
    SERIES_PERIODS,
    Breakdown,
    Question,
    Register,
)

#: How old, in months, a figure may be that stands in the place of a hidden one.
_OLDEST_INSTEAD = 18

#: The periods of what happens, finest first: what stands beside each other is of one of them.
_STEPS = ("month", "quarter", "year")

#: A line with a larger share of small counts than this is drawn of longer periods.
_SMALL_SHARE = 0.25


def is_small(cell: Cell, thresholds: tuple[Setting, ...] = ()) -> bool:
    """Whether the cell, or what it leaves of its whole, is a handful of children."""
    counts = [cell.numerator if cell.denominator is None else cell.denominator]
    if cell.is_share and cell.denominator is not None and cell.numerator is not None:
        counts = [cell.numerator, cell.denominator - cell.numerator]
    largest = threshold_of(cell.la_code, cell.period_end_date, thresholds)
    return any(count is not None and 0 < count <= largest for count in counts)


def lines_of(
    cells: Iterable[Cell], thresholds: tuple[Setting, ...] = ()
) -> dict[tuple[str, str], str]:
    """The period type that the line of each authority and indicator is drawn of.

    The finest of which at most a quarter of the cells are small, else the coarsest there is: a
    line of hidden points is no line. A distribution has none.
    """
    found: dict[tuple[str, str], dict[str, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for cell in cells:
        if (
            cell.breakdown == "all"
            and cell.period_type in SERIES_PERIODS
            and not cell.is_distribution
        ):
            found[cell.la_code, cell.indicator_code][cell.period_type].append(cell)
    chosen = {}
    for key, types in found.items():
        in_order = [kind for kind in SERIES_PERIODS if kind in types]
        if len(in_order) > 1 and "month" in types:
            in_order = [kind for kind in in_order if kind != "rolling_4_weeks"]
        chosen[key] = next(
            (
                kind
                for kind in in_order
                if _share_small(recent(types[kind]), thresholds) <= _SMALL_SHARE
            ),
            in_order[-1],
        )
    return chosen


def _share_small(cells: Sequence[Cell], thresholds: tuple[Setting, ...]) -> float:
    return sum(is_small(cell, thresholds) for cell in cells) / len(cells) if cells else 0.0


def recent(cells: Sequence[Cell]) -> list[Cell]:
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


def in_step(
    la_code: str, question: Question, series: Mapping[tuple[str, str], str]
) -> dict[str, str]:
    """The period of each line of a question, by indicator: a month is not set beside a quarter.

    The coarsest of the lines' own is that of all. A stock keeps its month ends, of which
    `at_ends` shows those of that period; four weeks stay four weeks.
    """
    own = {
        shown.indicator_code: kind
        for shown in question.figures
        if shown.breakdown == "all"
        and (kind := shown.period_type or series.get((la_code, shown.indicator_code)))
    }
    steps = [kind for kind in own.values() if kind in _STEPS]
    coarsest = max(steps, key=_STEPS.index, default="")
    return {code: coarsest if kind in _STEPS else kind for code, kind in own.items()}


def at_ends(cells: Sequence[Cell], kinds: Iterable[str]) -> list[Cell]:
    """Of a stock the month ends at which a period of the other lines of a question ends too."""
    months = {"quarter": (3, 6, 9, 12), "year": (3,)}
    ends = next((months[kind] for kind in kinds if kind in months), range(1, 13))
    return [cell for cell in cells if cell.period_end_date.month in ends]


def choose(
    cells: Sequence[Cell],
    series: Mapping[tuple[str, str], str],
    breakdowns: Iterable[Breakdown],
    questions: Iterable[Question],
) -> Iterable[Cell]:
    """The cells that are shown: lines, headlines with the year before, breakdowns, questions.

    Of a distribution its parts alone: the whole is always 100%, and says nothing.
    """
    groups: dict[tuple[str, str, str, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        groups[cell.la_code, cell.indicator_code, cell.period_type, cell.breakdown].append(cell)
    asked = {
        (la_code, code, kind)
        for la_code in {la_code for la_code, *_ in groups}
        for question in questions
        for code, kind in in_step(la_code, question, series).items()
    }
    periods = {
        (each.indicator_code, each.period_type, each.breakdown): each.periods for each in breakdowns
    }
    for (la_code, code, period_type, breakdown), group in groups.items():
        if breakdown != "all":
            ends = sorted({cell.period_end_date for cell in group})
            kept = set(ends[-periods.get((code, period_type, breakdown), 1) :])
            yield from (cell for cell in group if cell.period_end_date in kept)
        elif group[0].is_distribution:
            continue
        elif series.get((la_code, code)) == period_type or (la_code, code, period_type) in asked:
            yield from recent(group)
        elif period_type == headline_type(groups, la_code, code):
            newest = group[-1].period_end_date
            yield from (
                cell
                for cell in group
                if cell is group[-1] or is_year_before(cell.period_end_date, newest)
            )


def events_by_month(
    cells: Iterable[Cell], series: Mapping[tuple[str, str], str], register: Mapping[str, Register]
) -> Iterable[Cell]:
    """The months of counts of events whose line is drawn of longer periods."""
    months: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        key = cell.la_code, cell.indicator_code
        row = register[cell.indicator_code]
        if (
            (cell.period_type, cell.breakdown) == ("month", "all")
            and series.get(key) != "month"
            and kind_of(row["aggregation"], row["measured_as"]) is Kind.COUNT
        ):
            months[key].append(cell)
    for of_measure in months.values():
        yield from recent(of_measure)


def headline_type(
    groups: Mapping[tuple[str, str, str, str], Sequence[Cell]], la_code: str, code: str
) -> str | None:
    return next((kind for kind in HEADLINE_PERIODS if (la_code, code, kind, "all") in groups), None)


def instead_of_hidden(
    headlines: Sequence[Cell], years: Sequence[Cell]
) -> tuple[Sequence[Cell], Cell | None]:
    """The headlines up to the newest that may be shown, and the newest where that is hidden.

    All are oldest first. In the place of a hidden one stands the reporting year's figure, else the
    newest headline of before, if they are no older than a year and a half: to say what was is more
    than to say that something is hidden. Both are public already, so that it gives nothing away.
    A 0 would be read as if it were so now.
    """
    newest = headlines[-1]
    if newest.symbol != CONFIDENTIAL or newest.value is not None:
        return headlines, None
    for cells in (years, headlines):
        for number, cell in enumerate(reversed(cells)):
            if cell.value and _months_apart(cell, newest) <= _OLDEST_INSTEAD:
                return cells[: len(cells) - number], newest
    return headlines, None


def _months_apart(earlier: Cell, later: Cell) -> int:
    first, last = earlier.period_end_date, later.period_end_date
    return 12 * (last.year - first.year) + last.month - first.month


def is_year_before(earlier: date, later: date) -> bool:
    """Whether `earlier` ends the same month a year before `later`."""
    return (earlier.year, earlier.month) == (later.year - 1, later.month)
