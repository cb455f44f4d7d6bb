"""Run the product on extract folders and read the indicator rows that it would publish.

The only module here that touches the product: it compares, it never computes.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

import duckdb

from .figures import Figure
from .rules import INDICATORS
from .stocks import Movement


@dataclass(frozen=True)
class RowKey:
    """Which row of `indicators.rpt_indicator` of one authority."""

    indicator_code: str
    period_type: str
    period_start: date
    period_end: date
    breakdown: str
    breakdown_value: str

    def __str__(self) -> str:
        return (
            f"{self.indicator_code} {self.period_type} {self.period_start}..{self.period_end} "
            f"{self.breakdown}={self.breakdown_value}"
        )


def together(one: Figure | None, other: Figure) -> Figure:
    """The figure of two breakdown values that are one to us."""
    if one is None:
        return other
    numerator = one.numerator + other.numerator
    if one.denominator is None or other.denominator is None:
        return Figure(numerator, None, float(numerator))
    denominator = one.denominator + other.denominator
    return Figure(numerator, denominator, 100 * numerator / denominator if denominator else None)


def built_of(
    home_root: Path, extracts: Mapping[str, Path], month: str, *, judged: bool = True
) -> Path:
    """Land each authority's folder and build the month; return the database with its figures.

    Authorities whose loads are there already are in it too.

    Critical failures stop nothing: extracts made to sit on boundaries are faulty on purpose.
    """
    from csc_warehouse.places import Home
    from library.built import built

    home = Home(home_root)
    for la_code, folder in extracts.items():
        shutil.copytree(folder, home.landing / la_code / month / "ssd")
    return built(home, None, month, judged=judged).analyst_db


def rows_of(analyst_db: Path) -> dict[str, dict[RowKey, Figure]]:
    """The rows of a release, by authority: those of the indicators that the reference has.

    Sexes are told by their first letter, anything but m and f being `u`.
    """
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        rows = connection.execute(
            """
            select la_code, indicator_code, period_type, period_start_date, period_end_date,
                breakdown, breakdown_value, numerator, denominator, value
            from indicators.rpt_indicator
            where availability = 'available' and breakdown in ('all', 'sex', 'age_band')
                and list_contains(?, indicator_code)
            """,
            [sorted(INDICATORS)],
        ).fetchall()
    found: dict[str, dict[RowKey, Figure]] = defaultdict(dict)
    for la_code, code, kind, start, end, breakdown, breakdown_value, *numbers in rows:
        numerator, denominator, value = numbers
        if breakdown == "sex":
            letter = breakdown_value[:1].lower()
            breakdown_value = letter if letter in ("m", "f") else "u"
        key = RowKey(code, kind, start, end, breakdown, breakdown_value)
        figure = Figure(
            int(numerator),
            None if denominator is None else int(denominator),
            None if value is None else float(value),
        )
        found[la_code][key] = together(found[la_code].get(key), figure)
    return found


def movements_of(analyst_db: Path, la_code: str) -> dict[tuple[str, date], Movement]:
    """The rows of `rpt_stock_and_flow` of an authority, by stock and month end."""
    columns = [each.name for each in fields(Movement)]
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        rows = connection.execute(
            f"""
            select indicator_code, month_end_date, {", ".join(columns)}
            from indicators.rpt_stock_and_flow where la_code = ?
            """,
            [la_code],
        ).fetchall()
    return {(stock, month_end): Movement(*numbers) for stock, month_end, *numbers in rows}


def durations_of(analyst_db: Path, la_code: str, at: date) -> dict[str, int]:
    """CIN-02: the children in need at D by how long their case is open."""
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        rows = connection.execute(
            """
            select breakdown_value, numerator from indicators.rpt_indicator
            where
                la_code = ? and indicator_code = 'CIN-02' and breakdown = 'duration'
                and period_type = 'month_end' and period_end_date = ?
            """,
            [la_code, at],
        ).fetchall()
    return {value: int(children) for value, children in rows if children}


def children_out_of_step(analyst_db: Path) -> list[tuple[str, str, date]]:
    """Authority, child and month end: who is in care then otherwise than by start and end."""
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        return connection.execute(
            """
            with months as (
                select la_code, month_start_date, month_end_date
                from indicators.rpt_stock_and_flow
                where indicator_code = 'CLA-01'
            ),

            changes as (
                select la_code, child_key, month_end_date, 1 as change
                from marts.fct_cla_month where is_looked_after
                union all
                select months.la_code, child_key, months.month_end_date, -1
                from months
                inner join marts.fct_cla_month as earlier
                    on
                        months.la_code = earlier.la_code
                        and months.month_start_date - 1 = earlier.month_end_date
                where is_looked_after
                union all
                select la_code, child_key, last_day(start_date), -1
                from marts.fct_period_of_care
                union all
                select la_code, child_key, last_day(end_date), 1
                from marts.fct_period_of_care where end_date is not null
            )

            select la_code, child_key, month_end_date
            from changes
            inner join months using (la_code, month_end_date)
            group by all
            having sum(change) <> 0
            """
        ).fetchall()
