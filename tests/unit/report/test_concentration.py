"""Where a change is: the part that most of it is in is named, and none where it is everywhere."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from csc_warehouse.report import words
from csc_warehouse.report.concentration import Part, Place, concentrated
from csc_warehouse.report.control_chart import Evidence, Kind
from library.measures import cell, measure
from library.places import TESTS

sys.path.insert(0, str(TESTS / "bench"))
from signals import Change, named

RISE = Change("×2", "rate", times=2, within=3)

ENDS = tuple(date(2021 + month // 12, month % 12 + 1, 28) for month in range(24))


def test_where_a_change_is_everywhere_hardly_anything_is_named() -> None:
    random = np.random.default_rng(16)
    told = [each for _ in range(150) if (each := named(random, 30, RISE, None)) is not None]
    assert len(told) > 100
    assert np.mean([bool(each) for each in told]) <= 0.05


@pytest.mark.parametrize("planted", [("source", 4), ("age", 4)])
def test_the_part_that_a_change_is_in_is_named(planted: tuple[str, int]) -> None:
    random = np.random.default_rng(16)
    told = [each for _ in range(60) if (each := named(random, 30, RISE, planted)) is not None]
    assert np.mean([planted in each for each in told]) >= 0.9
    assert np.mean([any(part != planted for part in each) for each in told]) <= 0.05


def halves(
    period_type: str, own: list[float], rest: list[float], of: float | None = None
) -> tuple[list[object], list[Part]]:
    """A line and its two parts, each of them `of` so many."""
    line = [
        cell(end, period_type, "share_of_records" if of else "count_of_children",
             (mine + other, 2 * of if of else None))
        for end, mine, other in zip(ENDS, own, rest, strict=True)
    ]  # fmt: skip
    sizes = (of,) * len(ENDS)
    return line, [
        Part("uasc", "unaccompanied", ENDS, tuple(own), sizes),
        Part("uasc", "not unaccompanied", ENDS, tuple(rest), sizes),
    ]


def since(month: int, size: float) -> Evidence:
    return Evidence(0.001, month, month, month, size, abs(size) / 5)


def test_a_stock_that_grew_by_unaccompanied_children_alone() -> None:
    own = [20.0 + number % 3 for number in range(21)] + [35.0, 47.0, 58.0]
    rest = [270.0 + 4 * (number % 3) for number in range(24)]
    line, parts = halves("month_end", own, rest)
    place = concentrated(Kind.STOCK, line, since(21, 40), parts)  # type: ignore[arg-type]
    assert [(each.value, each.rest_changed) for each in place] == [("unaccompanied", False)]
    # The other way round it is the children who are not unaccompanied that most of it is in.
    line, parts = halves("month_end", rest, own)
    swapped = concentrated(Kind.STOCK, line, since(21, 40), parts)  # type: ignore[arg-type]
    assert [each.value for each in swapped] == ["not unaccompanied"]
    # Nothing is known of the part before: nothing is said.
    short = [replace(part, ends=ENDS[-3:], numerators=part.numerators[-3:]) for part in parts]
    assert not concentrated(Kind.STOCK, line, since(21, 40), short)  # type: ignore[arg-type]
    assert not concentrated(Kind.AVERAGE, line, since(21, 40), parts)  # type: ignore[arg-type]


def test_a_share_that_fell_in_one_part_alone() -> None:
    """From 80% to 40% in one half, 80% in the other as ever."""
    steady = [80.0 + number % 3 - 1 for number in range(24)]
    fell = [*steady[:21], 40.0, 41.0, 42.0]
    line, parts = halves("month", fell, steady, 100.0)
    places = concentrated(Kind.SHARE, line, since(21, -20), parts)  # type: ignore[arg-type]
    assert [(each.value, each.rest_changed) for each in places] == [("unaccompanied", False)]
    # Both fell: it is in neither.
    line, parts = halves("month", fell, [each + 1 for each in fell], 100.0)
    assert not concentrated(Kind.SHARE, line, since(21, -40), parts)  # type: ignore[arg-type]
    # Of month ends the same children are counted again: the last before is held against the newest.
    line, parts = halves("month_end", fell, steady, 100.0)
    assert concentrated(Kind.STOCK_SHARE, line, since(21, -20), parts)  # type: ignore[arg-type]
    # Too few on one side of a share to say it.
    line, parts = halves("month", [2.0] * 21 + [1.0] * 3, [2.0] * 24, 100.0)
    assert not concentrated(Kind.SHARE, line, since(21, -1), parts)  # type: ignore[arg-type]


def test_a_fall_is_named_where_it_fell() -> None:
    own = [30.0 + number % 5 for number in range(21)] + [9.0, 8.0, 10.0]
    rest = [60.0 + number % 7 for number in range(24)]
    line, parts = halves("month", own, rest)
    places = concentrated(Kind.COUNT, line, since(21, -22), parts)  # type: ignore[arg-type]
    assert [each.value for each in places] == ["unaccompanied"]
    # A rise is not in what fell.
    rise = [*rest[:21], 120.0, 121.0, 119.0]
    line, parts = halves("month", own, rise)
    places = concentrated(Kind.COUNT, line, since(21, 36), parts)  # type: ignore[arg-type]
    assert [each.value for each in places] == ["not unaccompanied"]


@pytest.mark.parametrize(
    ("breakdown", "value", "said"),
    [
        ("uasc", "unaccompanied", "among unaccompanied children;"),
        ("uasc", "not unaccompanied", "among children who are not unaccompanied;"),
        ("age_band", "16 and over", "among those aged 16 and over;"),
        ("referral_source", "Police", "where the source is “Police”;"),
        ("team", "Front door team 1", "in Front door team 1;"),
        ("team", "not known", "where the team is not known;"),
    ],
)
def test_where_a_change_is_is_a_sentence(breakdown: str, value: str, said: str) -> None:
    place = Place(breakdown, value, 0.001, rest_changed=False)
    text = words.places(measure(places=(place, replace(place, rest_changed=True))))
    assert text == (
        f"Most of it is {said} without that nothing changed beyond chance. "
        f"Most of it is {said} without that it changed too."
    )
