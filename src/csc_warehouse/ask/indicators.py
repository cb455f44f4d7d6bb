"""A value of a release, for a standard period or any two dates, and the records behind it.

Everything is read from the release's analyst database: standard periods from
`indicators.rpt_indicator`, any two dates from the table macro `indicators.indicator_between`, which
is made of the same models.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb

from csc_warehouse.ask.registered import band_order
from csc_warehouse.ask.rule import figure_rule
from csc_warehouse.errors import CscError, WrongUse
from csc_warehouse.places import SEEDS
from csc_warehouse.sql import statement

#: What a breakdown is; a release of older code may lack some of them.
DECLARED_BREAKDOWNS = SEEDS / "indicators" / "breakdown.csv"

_VALUE_COLUMNS = (
    "la_code",
    "indicator_code",
    "indicator_name",
    "period_type",
    "period_start_date",
    "period_end_date",
    "breakdown",
    "breakdown_value",
    "numerator",
    "denominator",
    "value",
    "lower_bound",
    "upper_bound",
    "is_small_denominator",
    "availability",
    "unavailable_reason",
)


def definition(analyst_db: Path, code: str) -> dict[str, Any]:
    """The register's row of `code`, in the version that holds at the release's as-at date.

    Raises WrongUse for an unknown code.
    """
    with _open(analyst_db) as connection:
        return _definition(connection, code)


def search(analyst_db: Path, words: Sequence[str]) -> list[dict[str, Any]]:
    """Code, title, subject and topic of each indicator in which all of `words` stand.

    In its code, title or definition, in a question of the report or in a metric of the National
    Framework; those that are called so come first. Without words, all of them by code.
    """
    with _open(analyst_db) as connection:
        return _rows(connection, statement(__package__, "found_indicator"), {"words": list(words)})


def headings(known: dict[str, Any]) -> dict[str, str]:
    """What the numbers of an indicator are, for a table's head: column to heading.

    `known` is its definition. A median's denominator is what was measured, a rate's the children
    who live there; the value says its unit.
    """
    kind, unit = known["gives"], known["unit"]
    if known["counts"] == "quantity":
        return {"denominator": "measured", "value": f"{kind}, {unit}"}
    names = {
        "count": ("numerator", "denominator", "value"),
        "rate": ("numerator", "children living there", unit),
        "ratio": ("records", "children", unit),
    }
    numerator, denominator, value = names.get(kind, ("numerator", "denominator", unit))
    return {"numerator": numerator, "denominator": denominator, "value": value}


def indicator_value(
    analyst_db: Path,
    code: str,
    *,
    la_codes: Sequence[str] | None = None,
    period_type: str | None = None,
    date_from: date | str | None = None,
    date_to: date | str | None = None,
    breakdown: str = "all",
) -> list[dict[str, Any]]:
    """Values of the indicator `code`, one row per authority, period and value of `breakdown`.

    Without dates the newest period of `period_type` (of each type, if none is given); with a period
    type and dates, its periods that lie between them; with dates alone, the value of exactly those
    days (a snapshot: of that one day, a month end), by the rules of the standard periods. Rows have
    the columns of `rpt_indicator`; percentages are 0-100.

    Raises WrongUse for an unknown code, period type, authority or breakdown, or unusable dates.
    """
    first, last = _day(date_from), _day(date_to)
    with _open(analyst_db) as connection:
        known = _definition(connection, code)
        code = str(known["indicator_code"])
        authorities = _authorities(connection, la_codes)
        _check_breakdown(connection, known, breakdown)
        if period_type is None and (first is not None or last is not None):
            return _values_between(connection, known, authorities, first, last, breakdown)
        _check_period_type(connection, known, period_type)
        rows = _rows(
            connection,
            statement(__package__, "values", columns=_VALUE_COLUMNS),
            {
                "code": code,
                "la_codes": list(authorities),
                "breakdown": breakdown,
                "period_type": period_type,
                "first": first,
                "last": last,
            },
        )
    return _in_order(rows)


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Figures by authority and period, and the values of a breakdown in their natural order."""
    return sorted(
        rows,
        key=lambda row: (
            row["la_code"],
            row["period_type"],
            row["period_end_date"],
            band_order(row["breakdown_value"]),
        ),
    )


def explain(
    analyst_db: Path,
    code: str,
    *,
    la_codes: Sequence[str] | None = None,
    period_type: str,
    period_end: date | str | None = None,
) -> list[dict[str, Any]]:
    """The records behind a value, those in its numerator first, down to file and row.

    One row per record of the period of `period_type` that ends on `period_end` (the newest one, if
    None): what was counted, its breakdowns, whether it is in doubt, and load, file and row (the
    header is row 1). A numerator that comes true after the period's end is 0.

    Raises WrongUse for an unknown code, period type or authority, or a period that has no row.
    """
    end = _day(period_end)
    with _open(analyst_db) as connection:
        known = _definition(connection, code)
        code = str(known["indicator_code"])
        authorities = _authorities(connection, la_codes)
        _check_period_type(connection, known, period_type)
        parameters = {
            "code": code,
            "la_codes": list(authorities),
            "period_type": period_type,
            "end": end,
        }
        if not _rows(connection, statement(__package__, "newest_periods"), parameters):
            raise WrongUse(
                f"{code} has no {period_type} that ends on {end}. Periods end with a month, up to "
                "the as-at date, and lie within the days that the extract covers."
            )
        records = statement(
            __package__, "records_behind", rule=figure_rule(), breakdowns=_breakdowns(connection)
        )
        return _rows(connection, records, parameters)


def marks(analyst_db: Path, code: str, la_codes: Sequence[str] | None) -> list[dict[str, Any]]:
    """The authorities whose critical inputs of the indicator failed: la_code, reason (rules)."""
    with _open(analyst_db) as connection:
        code = str(_definition(connection, code)["indicator_code"])
        return _rows(
            connection,
            statement(__package__, "marks"),
            {"code": code, "la_codes": list(la_codes) if la_codes else None},
        )


def _open(analyst_db: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(analyst_db), read_only=True)


def _rows(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any]
) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def day(value: str) -> date:
    """The day written like 2022-09-30. Raises WrongUse for anything else."""
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise WrongUse(f"A date must look like 2022-09-30, not like {value!r}.") from error


def _day(value: date | str | None) -> date | None:
    return value if value is None or isinstance(value, date) else day(value)


def _definition(connection: duckdb.DuckDBPyConnection, code: str) -> dict[str, Any]:
    rows = _rows(connection, statement(__package__, "definition"), {})
    known = {str(row["indicator_code"]).upper(): row for row in rows}
    if code.upper() in known:
        return known[code.upper()]
    near = get_close_matches(code.upper(), known, n=3, cutoff=0.5)
    raise WrongUse(
        f"There is no indicator {code}. "
        + "".join(
            f"Near: {known[name]['indicator_code']}, {known[name]['title']}. " for name in near
        )
        + "`csc indicators` lists all; `csc indicators WORD` those that say it."
    )


def _authorities(
    connection: duckdb.DuckDBPyConnection, la_codes: Sequence[str] | None
) -> dict[str, dict[str, Any]]:
    """Those asked for (all of them, if None), with the days that their extracts cover."""
    rows = _rows(connection, statement(__package__, "authorities"), {})
    known = {str(row["la_code"]): row for row in rows}
    unknown = sorted(set(la_codes or []) - set(known))
    if unknown:
        raise WrongUse(
            f"This release has no authority {', '.join(unknown)}; it has {', '.join(known)}."
        )
    return {
        la_code: row for la_code, row in known.items() if la_codes is None or la_code in la_codes
    }


def _breakdowns(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [
        str(row["column_name"])
        for row in _rows(
            connection, statement(__package__, "breakdowns"), {"declared": str(DECLARED_BREAKDOWNS)}
        )
    ]


def _check_breakdown(
    connection: duckdb.DuckDBPyConnection, known: dict[str, Any], breakdown: str
) -> None:
    if breakdown == "all":
        return
    names = _breakdowns(connection)
    if breakdown not in names:
        close = get_close_matches(breakdown, names, n=1)
        raise WrongUse(
            f"There is no breakdown {breakdown}. {f'Near: {close[0]}. ' if close else ''}"
            f"Use all, {', '.join(names)}."
        )
    if not known["has_breakdowns"]:
        raise WrongUse(
            f"{known['indicator_code']} is a rate, and has no breakdowns: how many children live "
            "in the area is known for all of them only."
        )


def _check_period_type(
    connection: duckdb.DuckDBPyConnection, known: dict[str, Any], period_type: str | None
) -> None:
    rows = _rows(
        connection,
        statement(__package__, "period_types"),
        {"measured_as": known["measured_as"]},
    )
    types = [
        str(row["period_type"])
        for row in rows
        if known["period_types"] is None or row["period_type"] in known["period_types"].split()
    ]
    if period_type is not None and period_type not in types:
        raise WrongUse(
            f"{known['indicator_code']} has no period {period_type}; it has {', '.join(types)}."
        )


def _values_between(
    connection: duckdb.DuckDBPyConnection,
    known: dict[str, Any],
    authorities: dict[str, dict[str, Any]],
    first: date | None,
    last: date | None,
    breakdown: str,
) -> list[dict[str, Any]]:
    """The figures of exactly those days, of each authority. Raises WrongUse for unusable days."""
    code = known["indicator_code"]
    is_snapshot = known["measured_as"] == "snapshot"
    if is_snapshot:
        first = last = last or first
    if first is None or last is None or first > last:
        raise WrongUse("Give both the first and the last day, in order.")
    if is_snapshot and (last + timedelta(days=1)).day != 1:
        raise WrongUse(f"{code} is counted at the end of a month: give a month's last day.")
    for la_code, covered in authorities.items():
        if last > covered["as_at_date"] or first < covered["history_start_date"]:
            raise WrongUse(
                f"The extract of {la_code} covers {covered['history_start_date']} to "
                f"{covered['as_at_date']}: give days within those."
            )
    try:
        rows = _rows(
            connection,
            statement(__package__, "values_between", columns=_VALUE_COLUMNS),
            {
                "code": code,
                "la_codes": list(authorities),
                "breakdown": breakdown,
                "first": first,
                "last": last,
            },
        )
    except duckdb.CatalogException as error:
        raise CscError(
            "This release was published by a version of the warehouse that had no figures for any "
            "two dates in its database (indicators.indicator_between). Run its month again."
        ) from error
    return _in_order(rows)
