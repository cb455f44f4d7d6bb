"""Days as numbers: all dates of the simulation are days since 1970-01-01 (int32 or int64)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NEVER = 1_000_000
"""A date that isn't there (far beyond every real one, so that `end > day` holds for it)."""


def day_number(year: int, month: int, day: int) -> int:
    """The number of a calendar day."""
    return int(np.datetime64(f"{year:04d}-{month:02d}-{day:02d}").astype(np.int64))


def month_end(month: str) -> int:
    """The number of the last day of a month written as YYYY-MM."""
    return int((np.datetime64(month) + 1).astype("datetime64[D]").astype(np.int64)) - 1


def month_start(month: str, months_earlier: int = 0) -> int:
    """The number of the first day of a month written as YYYY-MM, moved back by whole months."""
    return int((np.datetime64(month) - months_earlier).astype("datetime64[D]").astype(np.int64))


def months_between(first: str, last: str) -> list[str]:
    """The months from first to last, both included, as YYYY-MM."""
    return [str(month) for month in np.arange(np.datetime64(first), np.datetime64(last) + 1)]


def birthday(birth: Ints, age: int | Ints) -> Ints:
    """The day on which somebody turns `age`; 29 February becomes 1 March in a common year."""
    days = birth.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    within = (days - months.astype("datetime64[D]")).astype(np.int64)
    moved = months + np.asarray(age, dtype=np.int64) * 12
    turned: Ints = moved.astype("datetime64[D]").astype(np.int64) + within
    return turned


def years_old(birth: Ints, day: Ints) -> Ints:
    """Completed years at a day (negative before birth), by the calendar."""
    birth_days, days = birth.astype("datetime64[D]"), day.astype("datetime64[D]")
    guess = days.astype("datetime64[Y]").astype(np.int64) - birth_days.astype(
        "datetime64[Y]"
    ).astype(np.int64)
    return guess - (birthday(birth, guess) > day)


def _easter_sunday(year: int) -> int:
    """The day of Easter Sunday (Gregorian, Meeus/Jones/Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return day_number(year, month, day + 1)


def _bank_holidays(year: int) -> list[int]:
    """England's regular bank holidays of a year (single extra ones are left out)."""
    easter = _easter_sunday(year)

    def weekday(day: int) -> int:
        return (day + 3) % 7  # 0 is Monday

    def first_monday(month: int) -> int:
        first = day_number(year, month, 1)
        return first + (-weekday(first)) % 7

    def last_monday(month: int) -> int:
        last = day_number(year, month, 31)
        return last - weekday(last)

    new_year = day_number(year, 1, 1)
    christmas = day_number(year, 12, 25)
    new_year += {5: 2, 6: 1}.get(weekday(new_year), 0)
    days = [new_year, easter - 2, easter + 1, first_monday(5), last_monday(5), last_monday(8)]
    days += [christmas + {5: 2, 6: 2}.get(weekday(christmas), 0)]
    days += [christmas + 1 + {5: 2, 6: 1}.get(weekday(christmas + 1), 0)]
    if weekday(christmas) == 6:  # Sunday: Boxing Day keeps Monday, Christmas moves to Tuesday
        days[-2:] = [christmas + 2, christmas + 1]
    return days


@lru_cache(maxsize=1)
def working_calendar() -> np.busdaycalendar:
    """Monday to Friday without England's regular bank holidays, 1990 to 2060."""
    holidays = [day for year in range(1990, 2061) for day in _bank_holidays(year)]
    return np.busdaycalendar(holidays=np.asarray(holidays, dtype=np.int64).astype("datetime64[D]"))


def working_days_later(day: Ints, count: int | Ints) -> Ints:
    """The working day that is `count` working days after `day` (itself moved to a working day)."""
    moved = np.busday_offset(
        day.astype("datetime64[D]"), count, roll="forward", busdaycal=working_calendar()
    )
    return moved.astype(np.int64)
