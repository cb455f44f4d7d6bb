"""A month as a value: how it is written, where it ends, and which one lies before or after it."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from csc_warehouse.errors import WrongUse

_WRITTEN = re.compile(r"((?:19|20)[0-9]{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month; written `YYYY-MM`, and ordered by time."""

    year: int
    number: int

    @classmethod
    def of(cls, written: str) -> Month:
        """The month that is written `YYYY-MM`. Raises WrongUse for anything else."""
        found = _WRITTEN.fullmatch(written)
        if found is None:
            raise WrongUse(f"The month must be written YYYY-MM, such as 2022-09: {written!r}.")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def holding(cls, day: date) -> Month:
        """The month in which `day` lies."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """What an extract of the month describes; the release's as-at date."""
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    def after(self, months: int) -> Month:
        """The month that many months later."""
        return _at(self._index + months)

    def before(self, months: int) -> Month:
        """The month that many months earlier."""
        return _at(self._index - months)

    def since(self, earlier: Month) -> int:
        """How many months lie between `earlier` and this one."""
        return self._index - earlier._index

    def until(self, last: Month) -> list[Month]:
        """Each month from this one to `last`, both included; none where `last` is earlier."""
        return [self.after(months) for months in range(last.since(self) + 1)]

    @property
    def _index(self) -> int:
        return self.year * 12 + self.number - 1

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


def _at(index: int) -> Month:
    return Month(index // 12, index % 12 + 1)
