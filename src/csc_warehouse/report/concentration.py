"""Where a change is: the team, age, source or group of children that most of it is in, if one is.

Asked of what is told as changed, and of nothing else, for officers: no breakdown is public for as
many months as it takes. It says where, and never why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

import numpy as np

from csc_warehouse.disclosure import Cell
from csc_warehouse.report.control_chart import (
    Evidence,
    Kind,
    Numbers,
    chance_of,
    dispersion,
    moved,
    numbers,
)

#: The breakdowns that are looked at, those of whom a councillor asks first.
BREAKDOWNS = ("uasc", "age_band", "referral_source", "team")

#: The probability that anything is named where the change is everywhere, all parts together.
CHANCE = 0.05

#: The share of the change that must be in a part that is named.
MOST = 0.5

#: What must be expected on either side of a share, before and after.
_FEWEST = 5.0


@dataclass(frozen=True)
class Part:
    """One value of a breakdown with its line: what is counted in each period, and out of what."""

    breakdown: str
    value: str
    ends: tuple[date, ...]
    numerators: tuple[float | None, ...]
    denominators: tuple[float | None, ...]


@dataclass(frozen=True)
class Place:
    """A part that most of a change is in, and whether the rest changed too, beyond chance."""

    breakdown: str
    value: str
    probability: float
    rest_changed: bool


def concentrated(
    kind: Kind, line: Sequence[Cell], told: Evidence, parts: Sequence[Part]
) -> tuple[Place, ...]:
    """The parts that most of the change `told` of `line` is in, the surest of each breakdown.

    Each part is held against the rest since the change began: did it change by more, the same way?
    All of them together name one by chance in `CHANCE` of the changes that are everywhere.
    """
    if kind in {Kind.AVERAGE, Kind.STOCK_AVERAGE}:
        return ()
    asked = [_asked(kind, line, told, part) for part in parts]
    known = [place for place in asked if place is not None]
    named = sorted(
        (place for place, is_most in known
         if is_most and place.probability * len(known) <= CHANCE),
        key=lambda place: place.probability,
    )  # fmt: skip
    return tuple(
        next(place for place in named if place.breakdown == breakdown)
        for breakdown in dict.fromkeys(place.breakdown for place in named)
    )


def _asked(
    kind: Kind, line: Sequence[Cell], told: Evidence, part: Part
) -> tuple[Place, bool] | None:
    """The part, and whether most of the change is in it; None where too little is known."""
    whole = [cell for cell in line if part.ends[0] <= cell.period_end_date <= part.ends[-1]]
    newest = len(line) - told.since
    if len(whole) <= newest or tuple(cell.period_end_date for cell in whole) != part.ends:
        return None
    count, of_count = (
        numbers([cell.numerator for cell in whole]),
        numbers([cell.denominator for cell in whole]),
    )
    own, of_own = numbers(part.numerators), numbers(part.denominators)
    if kind in {Kind.SHARE, Kind.STOCK_SHARE}:
        found = _of_share(kind, (own, of_own), (count - own, of_count - of_own), newest)
        rest, room = _percent(count - own, of_count - of_own), of_count - of_own
    else:
        found = _of_count(kind, own, count, newest)
        rest = count - own
        room = numbers([float((cell.period_end_date - cell.period_start_date).days + 1)
                        for cell in whole])  # fmt: skip
    if found is None:
        return None
    probability, is_higher, is_most = found
    without = moved(kind, given(rest), given(room), newest)
    place = Place(
        part.breakdown,
        part.value,
        probability,
        without is None or without.probability <= CHANCE,
    )
    return place, is_most and is_higher == told.is_higher


def _of_count(
    kind: Kind, own: Numbers, whole: Numbers, newest: int
) -> tuple[float, bool, bool] | None:
    """Whether the part's share of the whole moved, which way, and whether it is most of it."""
    shares = Kind.STOCK_SHARE if kind is Kind.STOCK else Kind.SHARE
    found = moved(shares, given(_percent(own, whole)), given(whole), newest)
    if found is None:
        return None
    if kind is Kind.STOCK:
        own_change, change = (float(each[-1] - each[-newest - 1]) for each in (own, whole))
    else:
        own_change, change = (
            float(np.nanmean(each[-newest:]) - np.nanmean(each[:-newest])) for each in (own, whole)
        )
    return found.probability, found.is_higher, bool(change and own_change / change > MOST)


def _of_share(
    kind: Kind, own: tuple[Numbers, Numbers], rest: tuple[Numbers, Numbers], newest: int
) -> tuple[float, bool, bool] | None:
    """Whether a part's share moved by more than that of the rest, which way, and is most of it."""
    # Of who is counted again each month only the last before and the newest.
    before = slice(-newest - 1, -newest) if kind is Kind.STOCK_SHARE else slice(None, -newest)
    after = slice(-1, None) if kind is Kind.STOCK_SHARE else slice(-newest, None)
    (own_was, own_now), (rest_was, rest_now) = (
        [(float(np.nansum(top[when])), float(np.nansum(bottom[when]))) for when in (before, after)]
        for top, bottom in (own, rest)
    )
    cells = (own_was, own_now, rest_was, rest_now)
    if any(min(top, of - top) < _FEWEST for top, of in cells):
        return None
    (was, now, other_was, other_now) = (top / of for top, of in cells)
    variance = sum(top / of * (1 - top / of) / of for top, of in cells)
    apart = (now - was) - (other_now - other_was)
    with np.errstate(invalid="ignore", divide="ignore"):
        off = own[0] / own[1] - rest[0] / rest[1] - (was - other_was)
        sigma = np.sqrt(was * (1 - was) / own[1] + other_was * (1 - other_was) / rest[1])
        factor = max(dispersion((off / sigma)[:-newest]), 1.0)
    share_of_all = own_now[1] / (own_now[1] + rest_now[1])
    total = (own_now[0] + rest_now[0]) / (own_now[1] + rest_now[1]) - (own_was[0] + rest_was[0]) / (
        own_was[1] + rest_was[1]
    )
    is_most = bool(total and share_of_all * (now - was) / total > MOST)
    score = apart / (factor * sqrt(variance))
    return chance_of(score, len(own[0]) - newest), apart > 0, is_most


def _percent(top: Numbers, bottom: Numbers) -> Numbers:
    with np.errstate(invalid="ignore", divide="ignore"):
        shares: Numbers = 100 * top / bottom
    return np.where(bottom > 0, shares, np.nan)


def given(values: Numbers) -> list[float | None]:
    """`values` with None for what is not known."""
    return [None if np.isnan(value) else float(value) for value in values]
