"""A measure of a fictional authority as the report has it, without a release behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from csc_warehouse.disclosure import Cell
from csc_warehouse.report.control_chart import Evidence
from csc_warehouse.report.figures import Authority, Comparison
from csc_warehouse.report.measures import Measure

AUTHORITY = Authority("999", "Fictional", date(2022, 9, 30), False, True)


def cell(end: date, period_type: str, aggregation: str, of: tuple[float, float | None]) -> Cell:
    numerator, denominator = of
    value = numerator if denominator is None else 100 * numerator / denominator
    return Cell(
        "999", "X", period_type, end.replace(day=1), end, "all", "all", aggregation,
        numerator, denominator, value,
    )  # fmt: skip


def measure(
    aggregation: str = "share_of_records",
    measured_as: str = "event",
    of: tuple[float, float | None] = (52, 100),
    **other: object,
) -> Measure:
    period_type = "month" if measured_as == "event" else "month_end"
    line = tuple(
        cell(date(2022, month, 28), period_type, aggregation, of) for month in range(1, 10)
    )
    register = {
        "indicator_code": "X",
        "title": "A measure",
        "aggregation": aggregation,
        "measured_as": measured_as,
        "unit": "percent" if aggregation.startswith("share") else "count",
        "polarity": "higher is better",
    }
    made = Measure(
        register=register, authority=AUTHORITY, headline=line[-1], before=None, line=line,
        points=(), looks=(Evidence(0.5, 6, 5, 7, 1.0, 1.0),), steps=(), comparison=Comparison(),
        tables=(), bounds=None, unavailable=None,
    )  # fmt: skip
    return replace(made, **other)  # type: ignore[arg-type]
