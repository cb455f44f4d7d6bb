"""A figure as the public may see it: a cell, its symbol and its rounding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache

from csc_warehouse.disclosure.periods import Stretch

#: DfE symbols: hidden to protect a child; no such thing (nothing to divide by); not available.
CONFIDENTIAL = "c"
NOT_APPLICABLE = "z"
NOT_AVAILABLE = "x"

#: Aggregations that say something of one child: never printed, whatever the count behind them.
EXTREMES = frozenset({"minimum", "maximum"})

#: Aggregations whose value stands for the middle of the children behind it (`denominator`).
AVERAGES = frozenset({"median", "mean"})

#: Aggregations whose denominator is a number of children and whose numerator is one of records.
_RECORDS_PER_CHILD = "records_per_child"

#: `numerator` or `denominator` of an indicator.
Part = tuple[str, str]

#: What tells a cell from all others of a release, see `Cell.key`.
Key = tuple[str, str, str, date, date, str, str]

#: A period, a breakdown and its value: where a count stands.
Place = tuple[Stretch, str, str]

#: How many figures, and how many ways to say one, a process remembers: those of ten councils.
REMEMBERED = 1 << 17

#: Percentages out of fewer than this are whole numbers, the others have one decimal.
_WHOLE_PERCENT_BELOW = 100


@dataclass(frozen=True)
class Cell:
    """One public figure, with the key of `rpt_indicator`.

    A count has `numerator` = value and no denominator; a percentage and a rate have both; an
    average or an extreme has in `denominator` how many children or records stand behind it. A cell
    of `protect` has a symbol where something is hidden, and None in the place of what is hidden.
    """

    la_code: str
    indicator_code: str
    period_type: str
    period_start_date: date
    period_end_date: date
    breakdown: str
    breakdown_value: str
    aggregation: str
    numerator: float | None
    denominator: float | None
    value: float | None
    symbol: str | None = None

    @cached_property
    def key(self) -> Key:
        """What tells the cell from all others of a release."""
        return (
            self.la_code,
            self.indicator_code,
            self.period_type,
            self.period_start_date,
            self.period_end_date,
            self.breakdown,
            self.breakdown_value,
        )

    @property
    def is_share(self) -> bool:
        return self.aggregation.startswith("share")

    @property
    def is_distribution(self) -> bool:
        return self.aggregation.startswith("distribution")

    @property
    def is_rate(self) -> bool:
        return self.aggregation.startswith("rate")

    @property
    def is_count(self) -> bool:
        return self.aggregation.startswith("count")

    @property
    def is_ratio(self) -> bool:
        return self.aggregation == _RECORDS_PER_CHILD

    @property
    def is_of_few(self) -> bool:
        """Whether it says something of one child, or is the middle of the children behind it."""
        return self.aggregation in EXTREMES or self.aggregation in AVERAGES


@dataclass(frozen=True)
class Remembered:
    """A figure of the release before: as the public saw it, as it was, and as it would be now.

    None where that is not known: it is then taken for unchanged.
    """

    public: Cell
    was: Cell | None = None
    now: Cell | None = None

    @property
    def is_hidden(self) -> bool:
        return self.public.symbol == CONFIDENTIAL

    @property
    def parts(self) -> dict[str, float]:
        """The counts behind it, by part: those that it showed, and what else is known to us."""
        hidden = parts_of(self.was) if self.was and self.is_hidden else {}
        return hidden | parts_of(self.public)

    @property
    def still_holds(self) -> dict[str, float]:
        """Its counts that are the same now."""
        return {
            part: value
            for part, value in (parts_of(self.now) if self.now else {}).items()
            if (part in self.parts or self.is_hidden) and self.parts.get(part, value) == value
        }


def parts_of(cell: Cell) -> dict[str, float]:
    """The counts that `cell` prints, by part; none where it has no figure.

    How many live in the area, the denominator of a rate, is not one of them: everybody knows it.
    """
    found = {"numerator": cell.numerator, "denominator": cell.denominator}
    if cell.is_of_few:
        del found["numerator"]
    elif not (cell.is_share or cell.is_distribution or cell.is_ratio):
        del found["denominator"]
    return {part: value for part, value in found.items() if value is not None}


def counts_children(aggregation: str, part: str) -> bool:
    """Whether a child counts once in a period, so that periods don't add up."""
    if aggregation == _RECORDS_PER_CHILD:
        return part == "denominator"
    return aggregation.endswith("children")


def place_of(cell: Cell, part: str) -> Place:
    """Where that count stands; all values of a distribution have one denominator, a part of all."""
    when = cell.period_start_date.toordinal(), cell.period_end_date.toordinal() + 1
    if cell.is_distribution and part == "denominator" and cell.breakdown != "all":
        return when, f"all by {cell.breakdown}", "all"
    return when, cell.breakdown, cell.breakdown_value


@lru_cache(maxsize=REMEMBERED)
def rounded(
    aggregation: str, value: float | None, numerator: float | None, denominator: float | None
) -> Decimal | None:
    """`value` as every public format prints it; half goes up.

    A count as it is; a percentage as a whole number where its denominator is under 100, else with
    one decimal; rates and averages with one decimal. Percentages are rounded from the exact
    fraction, so that no format can differ by an inexact double.
    """
    if value is None:
        return None
    if aggregation.startswith("count"):
        return Decimal(round(value))
    exact = Fraction(value)
    places = 1
    if aggregation.startswith("share") and numerator is not None and denominator:
        exact = Fraction(numerator) * 100 / Fraction(denominator)
        places = 0 if denominator < _WHOLE_PERCENT_BELOW else 1
    # In whole numbers: decimals by way of fractions take three times as long.
    twice = 2 * exact.denominator
    size = (2 * abs(exact.numerator) * 10**places + exact.denominator) // twice
    return Decimal(size).scaleb(-places).copy_sign(Decimal(exact.numerator))
