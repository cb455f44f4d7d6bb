"""Two other charts of a stock, which `make signals` holds against births and deaths.

Each takes lines (a row each, none missing) and gives the probability that chance alone moves the
newest one, three or six months so far, the smallest of the three times three.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

Numbers = NDArray[np.float64]

WINDOWS = (1, 3, 6)


def differences(lines: Numbers) -> Numbers:
    """As if all stay: each month adds to the month before what is independent of all others."""
    moves = np.diff(lines, axis=1)
    return _smallest([moves] * len(WINDOWS))


def autocorrelation(lines: Numbers) -> Numbers:
    """Residuals of a first-order autoregression, its coefficient corrected for its bias.

    Marriott and Pope (1954): in n points it is too low by about (1 + 3 phi) / n.
    """
    residuals = []
    for window in WINDOWS:
        before = lines[:, :-window]
        n = before.shape[1]
        mean = before.mean(axis=1, keepdims=True)
        off = before - mean
        fitted = (off[:, 1:] * off[:, :-1]).sum(axis=1) / np.maximum((off**2).sum(axis=1), 1e-9)
        phi = np.clip((n * fitted + 1) / (n - 3), 0, 1)[:, None]
        residuals.append((lines - mean)[:, 1:] - phi * (lines - mean)[:, :-1])
    return _smallest(residuals)


def _smallest(residuals: list[Numbers]) -> Numbers:
    """`residuals` as they follow from what is before each of the windows."""
    found = []
    for window, each in zip(WINDOWS, residuals, strict=True):
        before = each[:, :-window]
        fitted = before.shape[1]
        sigma = np.maximum(np.sqrt((before**2).sum(axis=1) / (fitted - 1)), 1e-9)
        score = each[:, -window:].sum(axis=1) / (sigma * np.sqrt(window * (1 + window / fitted)))
        found.append(2 * stdtr(fitted - 1, -np.abs(score)))
    smallest: Numbers = np.minimum(1, len(WINDOWS) * np.min(found, axis=0))
    return smallest
