"""Who is there is who came and has not gone, on thousands of random histories.

Of care, child protection plans and children in need, in the reference. The same children are one
authority of a release in tests/month/test_reference.py, which must have the same stocks and flows.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from library.reference.random_children import FIRST, LAST, MONTH_ENDS, random_child
from library.reference.rules import (
    INDICATORS,
    Authority,
    PeriodOfCare,
    ceased,
    duration,
    last_ends,
    open_since,
    started,
)
from library.reference.stocks import STOCKS, Movement, movement, spans

HISTORIES = 3000


@cache
def children() -> list[Authority]:
    """A random child each, as an authority of its own."""
    return [Authority(random_child(seed)) for seed in range(HISTORIES)]


@cache
def movements(stock: str) -> list[list[Movement]]:
    """Of each child, each month after the first."""
    return [
        [movement(child, stock, month_end) for month_end in MONTH_ENDS[1:]] for child in children()
    ]


def is_after(one: PeriodOfCare, next_one: PeriodOfCare) -> bool:
    """Whether they are of a night at least, and do not overlap."""
    return one.end is not None and one.start < one.end <= next_one.start


@pytest.mark.parametrize("stock", STOCKS)
def test_the_stock_is_the_one_before_with_what_started_and_ended(stock: str) -> None:
    seen: Counter[str] = Counter()
    for seed, months in enumerate(movements(stock)):
        for month in months:
            assert month.adds_up, f"seed {seed}: {month}\n{spans(children()[seed], stock)}"
            # Children are no more than their records, whichever is counted.
            assert month.children_started <= month.starts
            assert month.children_ended <= month.ends
            assert 0 <= month.stock_after <= 1
            seen["moved"] += month.starts + month.ends > 0
            seen["by another term"] += not month.is_plain
            seen["came and went"] += month.starts > 0 and month.ends > 0
    # The law would hold of nothing; of care it holds without any other term.
    assert min(seen["moved"], seen["came and went"]) > 300, seen
    assert (seen["by another term"] == 0) == (stock == "CLA-01"), seen


def test_periods_of_care_of_a_child_never_overlap() -> None:
    seen: Counter[str] = Counter()
    for seed, child in enumerate(children()):
        periods = sorted(child.periods_of_care, key=lambda period: period.start)
        assert all(map(is_after, periods, periods[1:])), f"seed {seed}: {periods}"
        seen["cut in two"] += len(periods) > 1
        for month_end, month in zip(MONTH_ENDS[1:], movements("CLA-01")[seed], strict=True):
            first_day = month_end.replace(day=1)
            # Each child once: CLA-03 and CLA-04 are the children of the events.
            assert len(started(child, first_day, month_end)) == month.children_started
            assert len(ceased(child, first_day, month_end)) == month.children_ended
            seen["counted once otherwise"] += (
                month.children_started - month.children_ended != month.starts - month.ends
            )
    assert min(seen["cut in two"], seen["counted once otherwise"]) > 50, seen


def test_the_events_of_plans_are_those_that_the_indicators_count() -> None:
    """CPP-02 and CPP-03 are the events of the stock, but for a plan that never says its start."""
    for seed, child in enumerate(children()):
        undated = [plan for plan in child.extract.plans if plan.start is None]
        months = zip(MONTH_ENDS[1:], movements("CPP-01")[seed], strict=True)
        for month_end, month in months:
            first_day = month_end.replace(day=1)
            started_plans = INDICATORS["CPP-02"].rule(child, first_day, month_end)
            assert len(started_plans) == month.starts, f"seed {seed}, {month_end}"
            ended_plans = INDICATORS["CPP-03"].rule(child, first_day, month_end)
            assert len(ended_plans) == month.ends or undated, f"seed {seed}, {month_end}"


def test_parts_are_never_more_than_the_whole() -> None:
    """Of who left care the reasons, of children in need the durations, of plans the second ones."""
    reasons = ("PRM-01", "PRM-02", "PRM-03", "PRM-05")
    seen: Counter[str] = Counter()
    for seed, child in enumerate(children()):
        left = len(last_ends(child, FIRST, LAST))
        adopted_and_so_on = sum(
            counted.in_numerator
            for code in reasons
            for counted in INDICATORS[code].rule(child, FIRST, LAST)
        )
        assert adopted_and_so_on <= left, f"seed {seed}"
        for at in MONTH_ENDS:
            in_need = len(INDICATORS["CIN-01"].rule(child, at, at))
            durations = [duration(since, at) for since in open_since(child, at).values()]
            assert len(durations) == in_need, f"seed {seed}, {at}"
            seen.update(durations)
        again = INDICATORS["CPP-04"].rule(child, FIRST, LAST)
        plans = INDICATORS["CPP-02"].rule(child, FIRST, LAST)
        assert sum(counted.in_numerator for counted in again) <= len(again) == len(plans)
    assert len(seen) == 4, seen


def test_a_movement_that_does_not_add_up_is_seen() -> None:
    assert not Movement(stock_before=1, starts=1, stock_after=1).adds_up
