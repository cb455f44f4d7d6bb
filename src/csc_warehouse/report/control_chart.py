"""Control charts: is a change more than what chance does every month?

XmR charts as the NHS programme "Making Data Count" draws them: limits at the mean ± 2.66 times the
average moving range of all points (Wheeler; 2.66 = 3 / 1.128), four rules for special causes, and
two verdicts: variation (did something change?) and assurance (will the target be met?). Limits are
worked out anew only where somebody declared a step change. Funnel limits compare authorities.

Pure functions on numbers: no dates, no files, no drawing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import sqrt

#: 3 / d2 for ranges of two points: what turns an average moving range into three sigma.
LIMIT_FACTOR = 2.66

#: Points in a row on one side of the mean (a shift), or each above or below the last (a trend).
RUN_LENGTH = 7

#: Below this, limits say little: Making Data Count asks for about a year of months.
ENOUGH_POINTS = 12

#: Normal quantiles of the two funnel limits: 95% and 99.8% (Spiegelhalter 2005).
FUNNEL_QUANTILES = (1.96, 3.09)


class Rule(StrEnum):
    """What makes a point a special cause."""

    OUTSIDE = "outside the limits"
    SHIFT = f"{RUN_LENGTH} or more in a row on one side of the average"
    TREND = f"{RUN_LENGTH} or more in a row, each further than the last"
    NEAR_LIMIT = "two of three close to a limit"


class Variation(StrEnum):
    """What the newest point says: usual variation, or a special cause and which way it points."""

    COMMON = "no significant change"
    IMPROVEMENT_HIGH = "significant improvement, higher"
    IMPROVEMENT_LOW = "significant improvement, lower"
    CONCERN_HIGH = "significant concern, higher"
    CONCERN_LOW = "significant concern, lower"
    NEUTRAL_HIGH = "significantly higher"
    NEUTRAL_LOW = "significantly lower"


class Assurance(StrEnum):
    """What the limits say about the target, if nothing about the work changes."""

    PASS = "the target will be met every time"
    FAIL = "the target will be missed every time"
    INCONSISTENT = "the target will be met some of the time"


@dataclass(frozen=True)
class Point:
    """One value (None: hidden, or nothing to divide by) with its limits and the rules it breaks."""

    value: float | None
    mean: float
    lower: float
    upper: float
    rules: frozenset[Rule]

    @property
    def side(self) -> int:
        """1 above the mean, -1 below, 0 on it or unknown."""
        return 0 if self.value is None else _sign(self.value - self.mean)


def xmr(values: Sequence[float | None], steps: Collection[int] = ()) -> tuple[Point, ...]:
    """The XmR chart of `values`, in order; limits start afresh at each index in `steps`.

    A missing value is no point: it ends a run, and no moving range crosses it. A stretch with
    fewer than two neighbouring values has no moving range; its limits are its mean.
    Returns one point for each value; empty where there is no value at all.
    """
    starts = sorted({0, *(step for step in steps if 0 < step < len(values))})
    points: list[Point] = []
    for start, end in zip(starts, [*starts[1:], len(values)], strict=True):
        points += _stretch(values[start:end])
    return tuple(points)


def _stretch(values: Sequence[float | None]) -> list[Point]:
    known = [value for value in values if value is not None]
    if not known:
        return []
    mean = sum(known) / len(known)
    reach = LIMIT_FACTOR * average_moving_range(values)
    lower, upper = mean - reach, mean + reach
    broken: list[set[Rule]] = [set() for _ in values]
    for number, value in enumerate(values):
        if value is not None and not lower <= value <= upper:
            broken[number].add(Rule.OUTSIDE)
    sides = [0 if value is None else _sign(value - mean) for value in values]
    steps = [0] + [
        0 if first is None or second is None else _sign(second - first)
        for first, second in pairwise(values)
    ]
    for start in range(len(values) - RUN_LENGTH + 1):
        run = range(start, start + RUN_LENGTH)
        if abs(sum(sides[number] for number in run)) == RUN_LENGTH:
            _mark(broken, run, Rule.SHIFT)
        if abs(sum(steps[number] for number in run[1:])) == RUN_LENGTH - 1:
            _mark(broken, run, Rule.TREND)
    # Close to a limit: in the outer third between the mean and a limit, and not beyond it.
    close = [
        value is not None and lower <= value <= upper and abs(value - mean) > reach * 2 / 3
        for value in values
    ]
    for start in range(len(values) - 2):
        three = range(start, start + 3)
        if (
            abs(sum(sides[number] for number in three)) == 3
            and sum(close[number] for number in three) >= 2
        ):
            _mark(broken, [number for number in three if close[number]], Rule.NEAR_LIMIT)
    return [
        Point(value, mean, lower, upper, frozenset(rules))
        for value, rules in zip(values, broken, strict=True)
    ]


def average_moving_range(values: Sequence[float | None]) -> float:
    """The mean of the differences between neighbouring values, without sign; 0 without any."""
    ranges = [
        abs(second - first)
        for first, second in pairwise(values)
        if first is not None and second is not None
    ]
    return sum(ranges) / len(ranges) if ranges else 0.0


def variation(points: Sequence[Point], polarity: str) -> Variation | None:
    """What the newest point says; `polarity` as in the register ("lower is better", …).

    None where there are too few values for limits, or the newest one is missing.
    """
    if not points or points[-1].value is None or not _enough(points):
        return None
    newest = points[-1]
    if not newest.rules:
        return Variation.COMMON
    # On the mean or with a trend across it, the way it moved decides.
    high = newest.side > 0 if newest.side else _sign(_last_step(points)) > 0
    if polarity == "neutral":
        return Variation.NEUTRAL_HIGH if high else Variation.NEUTRAL_LOW
    if (polarity == "higher is better") == high:
        return Variation.IMPROVEMENT_HIGH if high else Variation.IMPROVEMENT_LOW
    return Variation.CONCERN_HIGH if high else Variation.CONCERN_LOW


def assurance(points: Sequence[Point], polarity: str, target: float | None) -> Assurance | None:
    """Whether `target` lies beyond the newest limits, and on which side of them.

    None without a target or a better direction, or with too few values for limits.
    """
    if target is None or polarity == "neutral" or not points or not _enough(points):
        return None
    newest = points[-1]
    higher = polarity == "higher is better"
    if target > newest.upper:
        return Assurance.FAIL if higher else Assurance.PASS
    if target < newest.lower:
        return Assurance.PASS if higher else Assurance.FAIL
    return Assurance.INCONSISTENT


def _enough(points: Sequence[Point]) -> bool:
    return sum(point.value is not None for point in points) >= ENOUGH_POINTS


def _last_step(points: Sequence[Point]) -> float:
    newest, before = points[-1].value, points[-2].value if len(points) > 1 else None
    return 0.0 if newest is None or before is None else newest - before


def _mark(broken: list[set[Rule]], numbers: Collection[int], rule: Rule) -> None:
    for number in numbers:
        broken[number].add(rule)


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def proportion_limits(proportion: float, denominator: float, sigmas: float) -> tuple[float, float]:
    """Limits of a share around `proportion` (0-1) of `denominator` records: a p-chart, a funnel.

    The normal approximation to the binomial, kept within 0 and 1. Raises ValueError where there
    is nothing to divide by.
    """
    if denominator <= 0:
        raise ValueError("A share of no records has no limits.")
    reach = sigmas * sqrt(proportion * (1 - proportion) / denominator)
    return max(0.0, proportion - reach), min(1.0, proportion + reach)
