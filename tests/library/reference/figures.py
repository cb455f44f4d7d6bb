"""The figures of an extract: numerator, denominator and value of every indicator and period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .dates import ONE_DAY, Period, event_periods, months_before, snapshot_periods
from .extract import Extract
from .rules import INDICATORS, Authority, Counted

EVENT_PERIOD_TYPES = (
    "month",
    "quarter",
    "year",
    "year_to_date",
    "rolling_4_weeks",
    "rolling_6_months",
    "rolling_12_months",
)


@dataclass(frozen=True)
class Figure:
    """A count has numerator = value and no denominator; a share of nothing has no value."""

    numerator: int
    denominator: int | None
    value: float | None


def figure(counted: list[Counted], is_share: bool) -> Figure:
    """Sum up what was counted."""
    numerator = sum(item.in_numerator for item in counted)
    if not is_share:
        # What a count counts is every item, whatever its share's numerator says.
        return Figure(len(counted), None, float(len(counted)))
    denominator = len(counted)
    return Figure(numerator, denominator, 100 * numerator / denominator if denominator else None)


def first_month_end_checked(as_at: date, months: int = 24) -> date:
    """The first month end later than `months` months before the as-at date."""
    return months_before(as_at, months) + ONE_DAY


def periods_of(code: str, as_at: date, months: int = 24) -> list[Period]:
    """The periods in which an indicator has rows, of those that end in the last `months`."""
    first = first_month_end_checked(as_at, months)
    if INDICATORS[code].is_snapshot:
        return snapshot_periods(first, as_at)
    periods = event_periods(first, as_at)
    if code == "REF-05":
        return [period for period in periods if period.period_type == "rolling_4_weeks"]
    return periods


def sex_of(data: Authority, counted: Counted) -> str:
    """`m`, `f` or `u`."""
    sex = data.person(counted.child).sex
    return "u" if sex is None else sex.lower()


def figures_of(data: Authority, code: str, period: Period) -> dict[tuple[str, str], Figure]:
    """All, by sex, and for MIS-03 by age band: {(breakdown, value): figure}."""
    indicator = INDICATORS[code]
    counted = indicator.rule(data, period.start, period.end)
    found = {("all", "all"): figure(counted, indicator.is_share)}
    for sex in "mfu":
        some = [item for item in counted if sex_of(data, item) == sex]
        found["sex", sex] = figure(some, indicator.is_share)
    if code == "MIS-03":
        young = [item for item in counted if item.age is not None and item.age < 16]
        older = [item for item in counted if item.age is not None and item.age >= 16]
        found["age_band", "under 16"] = figure(young, indicator.is_share)
        found["age_band", "16 and over"] = figure(older, indicator.is_share)
    return found


def all_figures(
    extract: Extract, as_at: date, months: int = 24
) -> dict[tuple[str, Period, str, str], Figure]:
    """{(code, period, breakdown, value): figure} for every code and period."""
    data = Authority(extract)
    return {
        (code, period, *key): found
        for code in INDICATORS
        for period in periods_of(code, as_at, months)
        for key, found in figures_of(data, code, period).items()
    }
