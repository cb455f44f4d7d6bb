"""Calendar arithmetic: look-backs, ages, working days and reporting periods.

The bank holidays are typed in from the published England list, so that an error in the product's
calendar is seen here and not repeated.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)

BANK_HOLIDAYS = frozenset(
    date(year, month, day)
    for year, days in {
        2015: [(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)],
        2016: [(1, 1), (3, 25), (3, 28), (5, 2), (5, 30), (8, 29), (12, 26), (12, 27)],
        2017: [(1, 2), (4, 14), (4, 17), (5, 1), (5, 29), (8, 28), (12, 25), (12, 26)],
        2018: [(1, 1), (3, 30), (4, 2), (5, 7), (5, 28), (8, 27), (12, 25), (12, 26)],
        2019: [(1, 1), (4, 19), (4, 22), (5, 6), (5, 27), (8, 26), (12, 25), (12, 26)],
        # VE day: Friday 8 May instead of Monday 4 May.
        2020: [(1, 1), (4, 10), (4, 13), (5, 8), (5, 25), (8, 31), (12, 25), (12, 28)],
        2021: [(1, 1), (4, 2), (4, 5), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)],
        # Platinum Jubilee 2-3 June, State Funeral 19 September.
        2022: [
            *[(1, 3), (4, 15), (4, 18), (5, 2), (6, 2)],
            *[(6, 3), (8, 29), (9, 19), (12, 26), (12, 27)],
        ],
        # Coronation 8 May.
        2023: [(1, 2), (4, 7), (4, 10), (5, 1), (5, 8), (5, 29), (8, 28), (12, 25), (12, 26)],
        2024: [(1, 1), (3, 29), (4, 1), (5, 6), (5, 27), (8, 26), (12, 25), (12, 26)],
        2025: [(1, 1), (4, 18), (4, 21), (5, 5), (5, 26), (8, 25), (12, 25), (12, 26)],
        2026: [(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)],
        2027: [(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)],
    }.items()
    for month, day in days
)


def is_working_day(day: date) -> bool:
    """Whether `day` is neither a weekend nor an England bank holiday."""
    return day.weekday() < 5 and day not in BANK_HOLIDAYS


def working_days(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; day 0 is `start`."""
    count = 0
    day = start
    while day < end:
        day += ONE_DAY
        if is_working_day(day):
            count += 1
    return count


def add_working_days(start: date, count: int) -> date:
    """The `count`-th working day after `start`."""
    day = start
    while count > 0:
        day += ONE_DAY
        if is_working_day(day):
            count -= 1
    return day


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def months_before(day: date, months: int) -> date:
    """The same day `months` calendar months earlier, clipped to that month's last day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    end = last_day(year, month + 1)
    return date(year, month + 1, min(day.day, end.day))


def age(born: date, day: date) -> int:
    """Completed years at `day`; a birthday of 29 February falls on 1 March in a common year."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def birthday(born: date, years: int) -> date:
    """The day on which somebody is `years` old: 1 March for 29 February in a common year."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


@dataclass(frozen=True)
class Period:
    """One row's period: its type, first day and last day (both included)."""

    period_type: str
    start: date
    end: date


def month_ends(first: date, as_at: date) -> list[date]:
    """Every month end from `first` up to `as_at` (itself a month end)."""
    ends = []
    year, month = first.year, first.month
    while last_day(year, month) <= as_at:
        ends.append(last_day(year, month))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return ends


def reporting_year_start(day: date) -> date:
    """1 April of the reporting year that holds `day`."""
    return date(day.year if day.month >= 4 else day.year - 1, 4, 1)


def event_periods(first_end: date, as_at: date) -> list[Period]:
    """Every complete event period that ends between `first_end` and `as_at`."""
    periods = []
    for end in month_ends(first_end, as_at):
        month_start = end.replace(day=1)
        periods.append(Period("month", month_start, end))
        if end.month in (6, 9, 12, 3):
            periods.append(Period("quarter", months_before(month_start, 2), end))
        if end.month == 3:
            periods.append(Period("year", reporting_year_start(end), end))
        periods.append(Period("year_to_date", reporting_year_start(end), end))
        periods.append(Period("rolling_4_weeks", end - timedelta(days=27), end))
        periods.append(Period("rolling_6_months", months_before(month_start, 5), end))
        periods.append(Period("rolling_12_months", months_before(month_start, 11), end))
    return periods


def snapshot_periods(first_end: date, as_at: date) -> list[Period]:
    """Every month end between `first_end` and `as_at`: a snapshot starts and ends on its day."""
    return [Period("month_end", end, end) for end in month_ends(first_end, as_at)]
