"""Charts of the time between rare events, which `make signals` holds against the months of them.

Both take the days on which something happened: a release has their months only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, ndtr

Numbers = NDArray[np.float64]

#: Nelson (1994): an exponential time to this power is nearly normal.
POWER = 1 / 3.6

#: The newest events whose time is looked at, each with its share of the chance to be wrong.
NEWEST = {1: 1 / 4, 2: 1 / 8, 4: 1 / 4, 8: 3 / 8}

#: What is left of the events before.
FEWEST_BEFORE = 4


def t_chart(gaps: Numbers, power: float = POWER) -> tuple[float, float]:
    """Centre and sigma of the times between events, each to the `power`: XmR of what is normal."""
    made = gaps**power
    return float(made.mean()), float(np.abs(np.diff(made)).mean() / 1.128)


def by_t_chart(times: Numbers, now: float, last: float) -> float:
    """That chance alone makes a time between events that ended since `last`, or goes on `now`.

    The most unlikely of them, either way; what goes on can be too long only.
    """
    gaps = np.diff(times)
    fitted = gaps[times[1:] <= last]
    if fitted.size < 2 * FEWEST_BEFORE:
        return 1.0
    centre, sigma = t_chart(fitted)
    scores = [*np.abs(gaps[times[1:] > last] ** POWER - centre),
              (now - times[-1]) ** POWER - centre]  # fmt: skip
    return float(2 * ndtr(-max(scores) / max(sigma, 1e-9)))


def by_newest(times: Numbers, now: float, length: float) -> float:
    """That chance alone makes the newest one, two, four or eight events so early or so late.

    Exact: given how many there were in the `length` of time up to `now`, each fell anywhere in it.
    Of the newest alone only how long ago it was.
    """
    count, smallest = times.size, 1.0
    for newest, share in NEWEST.items():
        if count < newest + FEWEST_BEFORE:
            continue
        early = float(betainc(newest, count - newest + 1, (now - times[-newest]) / length))
        chance = 1 - early if newest == 1 else 2 * min(early, 1 - early)
        smallest = min(smallest, chance / share)
    return smallest
