"""Children and their families: who they are when the authority first hears of them."""

from __future__ import annotations

import numpy as np

from csc_fictional.clock import Ints, day_number, working_days_later
from csc_fictional.codes import ETHNICITY, SEX
from csc_fictional.dice import Dice
from csc_fictional.rates import Rates
from csc_fictional.rows import Rows, repeat_each, take

AGE_WEIGHTS = (12, 7, 6, 6, 6, 5.5, 5.5, 5.5, 5.5, 5.5, 5.5, 5.5, 6, 6.5, 6.5, 6, 4.5, 2.5)
"""How often a child of each age (0 to 17) is the first of the family to be referred."""

MONTH_WEIGHTS = (9.2, 8.4, 9.6, 8.0, 9.0, 8.8, 8.6, 6.0, 9.0, 9.2, 9.0, 6.4)
"""Contacts fall in August and December and rise in September (minutes of a committee)."""


def seasonal_days(dice: Dice, year: int, count: int) -> Ints:
    """Days in a year: most on working days, fewer in the school holidays."""
    month = dice.pick(MONTH_WEIGHTS, count)
    first = np.asarray([day_number(year, m, 1) for m in range(1, 13)])[month]
    day = first + dice.between(0, 27, count)
    return np.where(dice.chance(0.94, count), working_days_later(day, 0), day)


def make_families(
    dice: Dice, rates: Rates, families: int, first_day: Ints, unborn_share: float
) -> Rows:
    """Children of `families` families; the first child of each is the reason for the first day.

    Returns family (position), birth, expected, is_first, one row per child, by family.
    """
    children = 1 + dice.pick(rates.children_per_family, families)
    family, number = repeat_each(children)
    age_days = (365.25 * (dice.pick(AGE_WEIGHTS, families) + dice.share(families))).astype(np.int64)
    unborn = dice.chance(unborn_share, families)
    age_days = np.where(unborn, -dice.between(10, 170, families), age_days)
    first_birth = first_day - age_days
    apart = 320 + dice.mean_days(800, len(family))
    apart = np.where(dice.chance(0.03, len(family)), 0, apart) * (number > 0)
    older = dice.chance(0.5, len(family))
    birth = first_birth[family] + np.where(older, -apart, apart)
    age_then = first_day[family] - birth
    fits = (number == 0) | ((age_then < 17.5 * 365.25) & (age_then > -3 * 365.25))
    count = len(family)
    return take(
        {
            "family": family,
            "is_first": number == 0,
            "birth": birth,
            "expected": birth + np.rint(dice.generator.normal(0, 8, count)).astype(np.int64),
            "sex": dice.pick(SEX.weights, count),
            "ethnicity": dice.pick(ETHNICITY.weights, families)[family],
        },
        fits,
    )
