"""What `make same-months` calls a difference that nothing explains, and a drift."""

from __future__ import annotations

import random
from datetime import date
from math import inf

import pytest

from library.same_months import Difference, drifts, explained


def steady(level: float, rise: float, seed: int) -> list[float]:
    """Six years of months around a level, which rises by so much in all."""
    dice = random.Random(seed)
    return [level + rise * month / 71 + dice.gauss(0, 1.5) for month in range(72)]


def test_a_drift_of_all_authorities_is_found_and_their_chance_is_none() -> None:
    codes = [f"99{number}" for number in range(1, 7)]
    found = drifts(
        {
            "RISES": {code: steady(5, 30, seed) for seed, code in enumerate(codes)},
            "STAYS": {code: steady(40, 0, seed + 10) for seed, code in enumerate(codes)},
            "MOVES IN ONE": {
                code: steady(40, 20 * (code == "991"), seed + 20) for seed, code in enumerate(codes)
            },
            "TOO SHORT": {code: steady(5, 30, seed)[:20] for seed, code in enumerate(codes)},
        }
    )
    assert [each.indicator_code for each in found] == ["RISES"]


@pytest.mark.parametrize(
    ("records", "of_records", "share_pct", "expected"),
    [
        (1, 10, 5, True),
        (2, 10, 5, False),
        (5, 100, 5, True),
        (6, 100, 5, False),
        (1, 100, 0, False),
        (None, 100, 5, False),
        (None, 100, inf, True),
    ],
)
def test_a_difference_is_explained_up_to_its_share(
    records: int | None, of_records: int, share_pct: float, expected: bool
) -> None:
    difference = Difference("CL-01", "month_end", date(2022, 9, 30), records, of_records, "")
    assert difference.is_at_most(share_pct) is expected


def test_what_may_differ_without_a_bound_is_what_looks_back_for_ever() -> None:
    assert {code for code, pct in explained().items() if pct == inf} == {"CPP-04", "RE-REF-OPEN"}
