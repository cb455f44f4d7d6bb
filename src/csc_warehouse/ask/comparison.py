"""A value against another period, and beside its target and what is published.

The same period a year before, targets and published figures stand in `indicators.rpt_comparison`.
Any other base is compared here, by the same rule (`figure_rule`): absolute change for what has a
unit, percentage points for a percentage, relative change for both, and never one for the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from csc_warehouse.ask import indicators
from csc_warehouse.ask.rule import figure_rule
from csc_warehouse.errors import WrongUse
from csc_warehouse.month import Month
from csc_warehouse.sql import statement

#: Between the two days of a base, as in 2020-04-01..2020-06-30.
BETWEEN = ".."

#: The period types that are a year, or a day as published figures are.
_COMPARABLE = ("year", "rolling_12_months", "month_end")

Row = dict[str, Any]


def change(value: float | None, base_value: float | None, unit: str, polarity: str) -> Row:
    """The change from `base_value` to `value`, in the columns of `rpt_comparison`.

    From 56 to 72 percent is 16 points and 28.6 percent. All are None where a value is missing; the
    relative change also where the base is 0.
    """
    sql = statement(__package__, "change", rule=figure_rule())
    given = {"value": value, "base_value": base_value, "unit": unit, "polarity": polarity}
    with duckdb.connect() as connection:
        return _rows(connection.execute(sql, given))[0]


def against_base(
    analyst_db: Path,
    code: str,
    base: str,
    *,
    la_codes: Sequence[str] | None = None,
    period_type: str | None = None,
    date_from: date | str | None = None,
    date_to: date | str | None = None,
    breakdown: str = "all",
) -> list[Row]:
    """Values of `code` as `indicators.indicator_value` gives them, each against a base period.

    `base` is the last day of the base period, or its two days as `2020-04-01..2020-06-30`. With a
    period type (or none at all) the base is the period of the same type that ends on that day; of
    any two dates it is as long: as many whole months where the dates are whole months, else as many
    days. Rows have the columns of `rpt_indicator`, those of the base with `base_` in front, and the
    change (see `change`), with `change_reason` where there is none.

    Raises WrongUse as `indicator_value` does, and for a base that can't be read or has no row.
    """
    known = indicators.definition(analyst_db, code)
    first, last = _base_days(base)
    is_standard = first is None and (period_type is not None or date_from is date_to is None)

    def values(**period: Any) -> list[Row]:
        return indicators.indicator_value(
            analyst_db, code, la_codes=la_codes, breakdown=breakdown, **period
        )

    rows = values(period_type=period_type, date_from=date_from, date_to=date_to)
    if is_standard:
        rows = _newest(rows)
        bases = [
            row
            for kind in sorted({row["period_type"] for row in rows})
            for row in values(period_type=kind, date_to=last)
            if row["period_end_date"] == last
        ]
        if not bases:
            raise WrongUse(
                f"{code} has no {period_type or 'period'} that ends on {last}. Standard periods "
                "end with a month, within the days that the extract covers; for other days give "
                f"--from and --to, and a base like 2020-04-01{BETWEEN}2020-06-30."
            )
    else:
        if first is None and known["measured_as"] != "snapshot":
            first = _as_long(rows[0]["period_start_date"], rows[0]["period_end_date"], last)
        bases = values(date_from=first, date_to=last)

    def place(row: Row) -> tuple[str, ...]:
        kind = row["period_type"] if is_standard else ""
        return row["la_code"], row["breakdown_value"], kind

    by_place = {place(row): row for row in bases}
    return [_compared(row, by_place.get(place(row)), known) for row in rows]


def beside_published(
    analyst_db: Path,
    code: str,
    *,
    la_codes: Sequence[str] | None = None,
    period_type: str | None = None,
    date_to: date | str | None = None,
) -> list[Row]:
    """Rows of `rpt_comparison` of `code`: the newest period of a type, or the last to `date_to`.

    Without a period type, of those that published figures can stand beside: year, latest twelve
    months, month end. Raises WrongUse for an unknown code.
    """
    code = str(indicators.definition(analyst_db, code)["indicator_code"])
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        return _rows(
            connection.execute(
                statement(__package__, "comparisons"),
                {
                    "code": code,
                    "la_codes": list(la_codes) if la_codes else None,
                    "period_types": [period_type] if period_type else list(_COMPARABLE),
                    "last": date_to,
                },
            )
        )


def _rows(cursor: duckdb.DuckDBPyConnection) -> list[Row]:
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _base_days(base: str) -> tuple[date | None, date]:
    """The first day, if the base gives it, and the last."""
    try:
        first, between, last = base.partition(BETWEEN)
        if between:
            return date.fromisoformat(first.strip()), date.fromisoformat(last.strip())
        return None, date.fromisoformat(base.strip())
    except ValueError as error:
        raise WrongUse(
            f"A base looks like 2021-03-31, or 2020-04-01{BETWEEN}2020-06-30, not like {base!r}."
        ) from error


def _as_long(first: date, last: date, base_last: date) -> date:
    """The first day of a window as long as `first` to `last` that ends on `base_last`."""
    after, base_after = last + timedelta(days=1), base_last + timedelta(days=1)
    if first.day == after.day == base_after.day == 1:
        months = Month.holding(after).since(Month.holding(first))
        return Month.holding(base_after).before(months).first_day
    return base_last - (last - first)


def _newest(rows: list[Row]) -> list[Row]:
    """Of each authority and period type the rows of the period that ends last."""
    newest: dict[tuple[str, str], date] = {}
    for row in rows:
        key = (row["la_code"], row["period_type"])
        newest[key] = max(newest.get(key, row["period_end_date"]), row["period_end_date"])
    return [
        row for row in rows if row["period_end_date"] == newest[row["la_code"], row["period_type"]]
    ]


def _length(row: Row) -> tuple[int, int]:
    """Whole months, or else days, that a period covers."""
    first, after = row["period_start_date"], row["period_end_date"] + timedelta(days=1)
    if first.day == after.day == 1:
        return 12 * (after.year - first.year) + after.month - first.month, 0
    return 0, (after - first).days


def _compared(row: Row, base: Row | None, known: Row) -> Row:
    names = ("period_start_date", "period_end_date", "numerator", "denominator", "value")
    found = {f"base_{name}": base[name] if base else None for name in names}
    adds_up = known["aggregation"].startswith(("count_", "rate_"))
    reason = None
    if row["value"] is None:
        reason = row["unavailable_reason"] or "Nothing to divide by."
    elif base is None:
        reason = "There is no such base period."
    elif base["value"] is None:
        reason = "Nothing to divide by in the base period."
    elif adds_up and known["measured_as"] == "event" and _length(row) != _length(base):
        reason = "The base is not as long: counts of periods of two lengths are not compared."
    base_value = None if reason else found["base_value"]
    changed = change(row["value"], base_value, known["unit"], known["polarity"])
    return row | found | {"unit": known["unit"]} | changed | {"change_reason": reason}


def words(row: Row) -> dict[str, str | None]:
    """A row's two periods and its change, for people: `−5.0 points`, `−30.0%`."""
    absolute, points = row["change_absolute"], row["change_percentage_points"]
    relative = row["change_relative_pct"]
    change_words = None
    if points is not None:
        change_words = _signed(points, ".1f") + " points"
    elif absolute is not None:
        change_words = _signed(absolute, ",.0f" if row["unit"] == "count" else ",.1f")
    return {
        "period": _period(row["period_start_date"], row["period_end_date"]),
        "base_period": _period(row["base_period_start_date"], row["base_period_end_date"]),
        "change": change_words,
        "change_in_percent": None if relative is None else _signed(relative, ".1f") + "%",
    }


def lines(row: Row) -> list[tuple[str, str, str]]:
    """A row of `rpt_comparison` as lines for people: what, how much, and what to know of it."""
    unit = row["unit"]
    said = words(row)
    few = "rests on few: it moves a lot by chance" if row["is_small_denominator"] else ""
    found = [("value", _amount(row["value"], unit), few)]
    if row["change_reason"] is None:
        moved = f"{said['change']}" + (
            f" ({said['change_in_percent']})" if said["change_in_percent"] else ""
        )
        meaning = "" if row["change_meaning"] in ("neither", "no change") else row["change_meaning"]
        found.append(
            (
                "a year before",
                _amount(row["base_value"], unit),
                ": ".join(filter(None, (moved, meaning))),
            )
        )
    else:
        found.append(("a year before", "–", row["change_reason"]))
    if row["target_value"] is not None:
        found.append(("target", _amount(row["target_value"], unit), row["target_status"] or ""))
    if row["comparator_reason"] is not None:
        found.append(("published", "–", row["comparator_reason"]))
        return found
    found.append(
        (
            "neighbours",
            _amount(row["statistical_neighbours_value"], unit),
            f"{row['statistical_neighbours_method']} of {row['statistical_neighbours_count_used']} "
            f"of {row['statistical_neighbours_count']}, "
            f"{_amount(row['statistical_neighbours_minimum'], unit)} to "
            f"{_amount(row['statistical_neighbours_maximum'], unit)}; "
            f"model of {row['statistical_neighbours_model_version']}",
        )
    )
    found.append((row["region_name"] or "region", _amount(row["region_value"], unit), ""))
    found.append(
        (
            "England",
            _amount(row["england_value"], unit),
            f"{row['comparator_source']}, year to {row['comparator_year_end_date']:%B %Y}",
        )
    )
    if row["comparator_difference"]:
        found.append(("mind", "", row["comparator_difference"]))
    return found


def _amount(number: float | None, unit: str) -> str:
    if number is None:
        return "–"
    if unit == "count":
        return f"{number:,.0f}"
    return f"{number:,.1f}" + ("%" if unit == "percent" else f" {unit}")


def _signed(number: float, how: str) -> str:
    """With its sign, a minus and not a hyphen."""
    return f"{number:+{how}}".replace("-", "\N{MINUS SIGN}")


def _period(first: date | None, last: date | None) -> str | None:
    if first is None or last is None:
        return None
    return f"{last}" if first == last else f"{first} to {last}"
