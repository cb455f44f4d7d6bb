"""The chart that `make signals` holds the new ones against: XmR with four rules.

As the NHS programme "Making Data Count" draws it: limits at the mean ± 2.66 times the average
moving range of all points, and a special cause where one of four rules is broken.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: 3 / d2 for ranges of two points, as Making Data Count rounds it.
LIMIT_FACTOR = 2.66

#: Points in a row on one side of the mean (a shift), or each further than the last (a trend).
RUN_LENGTH = 7


def newest_breaks(lines: NDArray[np.float64], factor: float = LIMIT_FACTOR) -> NDArray[np.bool_]:
    """Whether the last point of each of `lines` (a row each, none missing) breaks one of the rules.

    `factor` other than that of Making Data Count makes the limits wider, and the runs longer in
    proportion.
    """
    length = round(RUN_LENGTH * factor / LIMIT_FACTOR)
    mean = lines.mean(axis=1, keepdims=True)
    reach = factor * np.abs(np.diff(lines, axis=1)).mean(axis=1, keepdims=True)
    off = lines - mean
    outside = np.abs(off[:, -1:]) > reach
    sides, moves = np.sign(off[:, -length:]), np.sign(np.diff(lines, axis=1))[:, -length + 1 :]
    shift = np.abs(sides.sum(axis=1)) == length
    trend = np.abs(moves.sum(axis=1)) == length - 1
    three = off[:, -3:]
    close = (np.abs(three) > reach * 2 / 3) & (np.abs(three) <= reach)
    near = close[:, -1] & (close.sum(axis=1) >= 2) & (np.abs(np.sign(three).sum(axis=1)) == 3)
    broken: NDArray[np.bool_] = outside[:, 0] | shift | trend | near
    return broken
