"""In which forms a column of dates is written: what staging reads, and what it can't, by kind.

Staging decides what a date is (`day_as_written` in `dbt_project/macros/staging.sql`); a test holds
the two together. A form is told by an example of it, never by a value of the file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from csc_warehouse.lake import MONTH_FIRST, AgeFit, DateForm, EventDays
from csc_warehouse.lake.declarations import (
    AGE,
    BIRTH_DATE,
    EVENT_DATE,
    EXPECTED_DATE,
    TableDeclaration,
)
from csc_warehouse.lake.identity import NOTHING, encoded
from csc_warehouse.month import Month

ISO, DAY_FIRST, SLASHED = "2022-09-30", "30/09/2022", "2022/09/30"
#: The forms that are read; a time or (where the year is first) a zone may follow.
READ = (ISO, DAY_FIRST, SLASHED)
NOT_IN_CALENDAR = "a day that the calendar does not have"
IMPLAUSIBLE = "a year before 1900, or far ahead"
OTHER = "words or another form"

SATURDAY = 5
#: An extract that was taken in the next month holds records of its days (indicators.md section 0).
TAKEN_LATER = timedelta(days=45)
#: And an extract may be taken a little before its month ends.
TAKEN_EARLIER = timedelta(days=10)
#: How far back a list is looked for whose ages are those of another month.
OTHER_MONTHS = 24
_YEARS = re.compile(r"([0-9]{1,3})([.][0-9]+)?", re.ASCII)

#: How far ahead of the extract's month a date may lie, in years (indicators.md section 0).
YEARS_AHEAD, YEARS_AHEAD_EXPECTED = 2, 50

_CLOCK = r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?"
_ZONE = r" ?(Z|[+-][0-9]{2}:?[0-9]{2})"
_YEAR_FIRST = re.compile(
    rf"([0-9]{{4}})([-/])([0-9]{{2}})\2([0-9]{{2}})([ T]{_CLOCK})?({_ZONE})?", re.ASCII
)
_YEAR_LAST = re.compile(rf"([0-9]{{1,2}})/([0-9]{{1,2}})/([0-9]{{4}})( {_CLOCK})?", re.ASCII)
_UNREAD = (
    ("30-09-2022 or 30.09.2022", re.compile(r"\d{1,2}[-.]\d{1,2}[-.]\d{4}.*")),
    ("30/09/22, a year of two digits", re.compile(r"\d{1,2}[-./]\d{1,2}[-./]\d{2}( .*)?")),
    ("30 Sep 2022, the month a word", re.compile(r"\d{1,2}[- ]?[A-Za-z]{3,9}[-, ]*\d{2,4}.*")),
    ("20220930, without signs between", re.compile(r"\d{8}")),
    ("44834, a number of days", re.compile(r"\d{5}(\.\d+)?")),
)


def form_of(text: str, month: str, *, is_expected: bool) -> str | None:
    """The form of a date in an extract of `month` ('YYYY-MM'); None where it says nothing."""
    return _told(text, month, is_expected)[0]


def _told(text: str, month: str, is_expected: bool) -> tuple[str | None, date | None]:
    """The form of a date, and its day where staging reads one."""
    text = text.strip()
    if text.upper() in NOTHING:
        return None, None
    form, day = _read(text)
    if form not in READ:
        return form, None
    if day is None:
        return NOT_IN_CALENDAR, None
    years = YEARS_AHEAD_EXPECTED if is_expected else YEARS_AHEAD
    if day.year < 1900 or day >= Month.of(month).after(12 * years + 1).first_day:
        return IMPLAUSIBLE, None
    return form, day


def _read(text: str) -> tuple[str, date | None]:
    if found := _YEAR_FIRST.fullmatch(text):
        return (ISO if found[2] == "-" else SLASHED), _day(found[1], found[3], found[4])
    if found := _YEAR_LAST.fullmatch(text):
        if int(found[2]) > 12 >= int(found[1]):
            return MONTH_FIRST, None
        return DAY_FIRST, _day(found[3], found[2], found[1])
    return next((form for form, kind in _UNREAD if kind.fullmatch(text)), OTHER), None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


class DateAccount:
    """Counts the forms of a file's dates, batch after batch."""

    def __init__(self, table: TableDeclaration, month: str, delivered: Iterable[str]) -> None:
        self._month = month
        self._dates = {column.name: column for column in table.delivered if column.holds_date}
        self._told: dict[tuple[str, bool], tuple[str | None, date | None]] = {}
        self._rows: Counter[tuple[str, str]] = Counter()
        self._age = next((c.name for c in table.delivered if c.holds == AGE), None)
        #: Rows by date of birth and age, where both are delivered.
        self.ages: Counter[tuple[str, str]] = Counter()
        #: Rows by the day of the event that they are, of each event column delivered.
        self.days: dict[str, Counter[date]] = {
            name: Counter()
            for name in delivered
            if name in self._dates and self._dates[name].holds == EVENT_DATE
        }

    def add(self, rows: pa.Table) -> None:
        """Count the rows of a batch."""
        if self._age in rows.column_names and BIRTH_DATE in rows.column_names:
            born, ages = (rows.column(name).to_pylist() for name in (BIRTH_DATE, self._age))
            self.ages.update(pair for pair in zip(born, ages, strict=True) if all(pair))
        for name in rows.column_names:
            if name not in self._dates:
                continue
            holds = self._dates[name].holds
            is_expected = holds == EXPECTED_DATE
            days = self.days.get(name)
            column = encoded(rows.column(name))
            counts = pc.value_counts(column.indices.drop_null())
            texts = column.dictionary.to_pylist()
            for place, count in zip(
                counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True
            ):
                key = (texts[place], is_expected)
                if key not in self._told:
                    self._told[key] = _told(texts[place], self._month, is_expected)
                form, day = self._told[key]
                if form is not None:
                    self._rows[name, form] += count
                if day is not None and days is not None:
                    days[day] += count

    def forms(self) -> tuple[DateForm, ...]:
        """What was found: by column as declared, the most frequent form first."""
        found = [
            DateForm(name, form, rows, form in READ) for (name, form), rows in self._rows.items()
        ]
        order = list(self._dates)
        found.sort(key=lambda item: (order.index(item.column), -item.rows, item.form))
        return tuple(found)


def event_days(
    by_column: Mapping[tuple[str, str], Counter[date]], month: str
) -> tuple[EventDays, ...]:
    """When the records of each table happened, and those of all together (table '').

    `by_column` has the rows by day of each table and event column; `month` is the extract's.
    """
    if not by_column:
        return ()
    last = Month.of(month).last_day
    together: Counter[date] = sum(by_column.values(), Counter())
    return tuple(
        _event_days(table, column, days, last)
        for (table, column), days in [*by_column.items(), (("", ""), together)]
    )


def _event_days(table: str, column: str, days: Mapping[date, int], last: date) -> EventDays:
    past = [day for day in days if day <= last]
    newest = max(past, default=None)
    year = timedelta(days=365)
    return EventDays(
        table,
        column,
        newest.isoformat() if newest else None,
        sum(1 for day in past if newest and day > newest - year and day.weekday() < SATURDAY),
        int(np.busday_count(max(min(past), newest - year), newest + timedelta(1))) if newest else 0,
        rows=sum(days.values()),
        rows_in_month=sum(days[day] for day in past if day >= last.replace(day=1)),
        rows_in_year=sum(days[day] for day in past if day > last - year),
        rows_later=sum(rows for day, rows in days.items() if day > last + TAKEN_LATER),
    )


def age_fit(table: str, ages: Mapping[tuple[str, str], int], month: str) -> AgeFit | None:
    """Of how many rows the age is that of the extract's month, and of which month it is of most.

    `ages` has the rows of a table by date of birth and age, as written. An age is of a month if the
    child had it on a day on which that month's extract may be taken. None without any age.
    """
    months = [Month.of(month).before(back) for back in range(OTHER_MONTHS + 1)]
    fitting = Counter[Month]()
    rows = 0
    for (born, written), count in ages.items():
        day = _told(born, month, False)[1]
        years = _YEARS.fullmatch(written)
        if day is None or years is None:
            continue
        rows += count
        first, last = _birthday(day, int(years[1])), _birthday(day, int(years[1]) + 1)
        for each in months:
            end = each.last_day
            # Who is not born yet has no years.
            is_begun = first <= end + TAKEN_LATER or years[1] == "0"
            if is_begun and end - TAKEN_EARLIER < last:
                fitting[each] += count
    if not rows:
        return None
    other = max(months[1:], key=lambda each: fitting[each])
    is_more = fitting[other] > fitting[months[0]]
    return AgeFit(
        table,
        rows,
        fitting[months[0]],
        str(other) if is_more else None,
        fitting[other] if is_more else 0,
    )


def _birthday(born: date, years: int) -> date:
    """The day on which somebody is so many years old: 1 March for 29 February."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def mixed(forms: Iterable[DateForm]) -> dict[str, tuple[DateForm, ...]]:
    """By column, the forms of those that are written in more than one that is read."""
    by_column: dict[str, list[DateForm]] = {}
    for item in forms:
        if item.is_read:
            by_column.setdefault(item.column, []).append(item)
    return {name: tuple(found) for name, found in by_column.items() if len(found) > 1}
