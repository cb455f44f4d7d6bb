"""What a line's cells give to its control chart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from csc_warehouse.disclosure import Cell
from csc_warehouse.report.control_chart import Kind
from csc_warehouse.report.measures import View, _charted
from csc_warehouse.report.selection import events_by_month
from csc_warehouse.report.signals import LOOKS
from csc_warehouse.report.words import chance
from library.measures import AUTHORITY

CHILDREN = [40.0, 44.0, 41.0, 43.0] * 6 + [70.0]
PEOPLE = 20_000.0


def line(aggregation: str, period_type: str = "month_end") -> list[Cell]:
    """Twenty-five months of `CHILDREN`, as a count or per 10,000 of `PEOPLE`."""
    cells, start = [], date(2020, 9, 1)
    for children in CHILDREN:
        end = (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        is_rate = aggregation.startswith("rate")
        cells.append(
            Cell(
                "999", "X", period_type, start, end, "all", "all", aggregation, children,
                PEOPLE if is_rate else None, children * 10_000 / PEOPLE if is_rate else children,
            )
        )  # fmt: skip
        start = end + timedelta(days=1)
    return cells


def test_a_rate_is_judged_by_its_children() -> None:
    counted, looks = _charted(Kind.STOCK, line("count_of_children"), [])
    rated, rate_looks = _charted(Kind.STOCK, line("rate_per_10000_children"), [])
    for count, rate in zip(counted, rated, strict=True):
        assert rate == count.times(0.5)
    assert len(looks) == len(rate_looks) == LOOKS
    newest, of_rate = looks[0], rate_looks[0]
    assert newest is not None and of_rate is not None and newest.probability < 0.001
    assert of_rate.probability == newest.probability
    assert of_rate.size == pytest.approx(newest.size / 2)
    # A month before nothing had happened.
    assert looks[1] is not None and looks[1].probability > 0.1


def test_a_share_of_a_limit_may_be_over_the_whole_of_it() -> None:
    """The transfer scheme's number of unaccompanied children is one that a council may exceed."""
    counted, _ = _charted(Kind.STOCK, line("count_of_children"), [])
    cells = [
        replace(cell, aggregation="share_of_records", denominator=31.0, value=cell.numerator / 0.31)
        for cell in line("count_of_children")
        if cell.numerator
    ]
    shares, looks = _charted(Kind.STOCK, cells, [])
    for count, share in zip(counted, shares, strict=True):
        for point, other in ((share.mean, count.mean), (share.upper, count.upper)):
            assert point == pytest.approx(other / 0.31)
    assert looks[0] is not None and looks[0].probability < 0.001


def test_a_count_of_a_month_is_of_its_days() -> None:
    points, _ = _charted(Kind.COUNT, line("count_of_records", "month"), [])
    september, february = points[0], points[5]
    assert february.mean / september.mean == pytest.approx(28 / 30)


def test_a_declared_step_is_where_the_line_starts_afresh() -> None:
    points, looks = _charted(Kind.COUNT, line("count_of_records", "month"), [12])
    assert looks[0] is not None and looks[0].since == 24
    # Of the twelve months after it enough are left for the newest look alone.
    assert looks[1] is not None and looks[2] is None
    assert points[0].mean != points[12].mean


def test_limits_are_lower_in_a_month_of_holidays() -> None:
    cells = [
        replace(cell, numerator=count, value=count)
        for cell, count in zip(
            (line("count_of_records", "month") * 2)[:36],
            [40.0 + number % 3 for number in range(36)],
            strict=True,
        )
    ]
    start, dated = date(2020, 9, 1), []
    for number, cell in enumerate(cells):
        end = (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        count = 10.0 + number % 3 if start.month == 8 else cell.value
        dated.append(
            replace(
                cell, period_start_date=start, period_end_date=end, numerator=count, value=count
            )
        )
        start = end + timedelta(days=1)
    august = [date(year, 8, day) for year in (2021, 2022, 2023) for day in range(1, 32)]
    points, looks = _charted(Kind.COUNT, dated, [], august)
    assert points[11].upper < 30 < points[10].lower + 20 and points[10].mean > 35
    assert looks[0] is not None and looks[0].probability > 0.05
    without, _ = _charted(Kind.COUNT, dated, [])
    assert without[11].mean > 35
    # The same of a release, which knows the holidays.
    row = {"aggregation": "count_of_records", "measured_as": "event"}
    release = SimpleNamespace(
        series={("999", "X"): "month"}, steps=(), register={"X": row}, comparisons={},
        unavailable={}, bounds={}, breakdowns=(), school_holidays=august, parts={}, recorded={},
    )  # fmt: skip
    view = View(release, dated, with_bounds=False)  # type: ignore[arg-type]
    assert view.measure(AUTHORITY, "X").points == points


def test_officers_have_the_months_of_rare_events() -> None:
    """Years are all that the public can read of them, and nothing can be said of those."""
    counts = [1.0, 0.0, 2.0, 0.0, 0.0, 1.0] * 6
    months = [
        replace(cell, numerator=count, value=count)
        for cell, count in zip((line("count_of_records", "month") * 2)[:36], counts, strict=True)
    ]
    year = replace(months[-1], period_type="year", numerator=8.0, value=8.0)
    row = {"aggregation": "count_of_records", "measured_as": "event"}
    release = SimpleNamespace(
        series={("999", "X"): "year"}, steps=(), register={"X": row}, comparisons={},
        unavailable={}, bounds={}, breakdowns=(), school_holidays=(), parts={}, recorded={},
        months=tuple(events_by_month([*months, year], {("999", "X"): "year"}, {"X": row})),
    )  # fmt: skip
    officers, public = (
        View(release, [year], with_bounds=internal).measure(AUTHORITY, "X")  # type: ignore[arg-type]
        for internal in (True, False)
    )
    assert [cell.value for cell in officers.line] == counts
    assert officers.looks[0] is not None and "months in a row without any" in chance(officers)
    assert public.line == (year,) and not public.points and public.quiet_limit is None
    # A line of months is in both, and no share is made of months by it.
    assert not [*events_by_month(months, {("999", "X"): "month"}, {"X": row})]
    assert not [*events_by_month(months, {}, {"X": row | {"aggregation": "share_of_records"}})]
