"""A value of a release, for a standard period or any two dates, and the records behind it.

Everything is read from the release's analyst database: standard periods from
`indicators.rpt_indicator`, any two dates from `indicators.fct_indicator_detail` by the same rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from csc_warehouse.errors import WrongUse

BREAKDOWNS = (
    "age_band",
    "sex",
    "ethnic_group",
    "disability",
    "uasc",
    "team",
    "legal_status",
    "placement_type",
    "looked_after",
)

#: The period type of a row for any two dates.
ANY_DATES = "any_dates"

_VALUE_COLUMNS = (
    "la_code, indicator_code, indicator_name, period_type, period_start_date, period_end_date, "
    "breakdown, breakdown_value, numerator, denominator, value, lower_bound, upper_bound, "
    "availability, unavailable_reason"
)

# What counts once is a record or a child (`unit`): a child has the numerator of any of its rows and
# the breakdown of its first. The same rules as models/indicators/aggregation, for one period.
_ANY_DATES_SQL = """
    with detail as (
        select
            {unit} as unit,
            {breakdown} as breakdown_value,
            row_number() over (partition by {unit} order by event_date, record_key) as row_order,
            case
                when numerator_date is null or numerator_date <= $last then numerator
                else 0
            end as numerator,
            is_in_doubt
        from indicators.fct_indicator_detail
        where la_code = $la_code and indicator_code = $code and event_date between $first and $last
    ),

    units as (
        select
            max(case when row_order = 1 then breakdown_value end) as breakdown_value,
            max(numerator) as numerator,
            max(case when is_in_doubt then 0 else numerator end) as sure_numerator,
            max(case when is_in_doubt then 1 else 0 end) as has_doubt
        from detail
        group by unit
    )

    select
        breakdown_value,
        coalesce(sum(numerator), 0)::bigint,
        count(*),
        coalesce(sum(sure_numerator), 0)::bigint,
        count(*) filter (where has_doubt = 1 and sure_numerator = 0)
    from units
    where breakdown_value is not null
    group by breakdown_value
    order by breakdown_value
"""


def definition(analyst_db: Path, code: str) -> dict[str, Any]:
    """The register's row of `code`, in the version that holds at the release's as-at date.

    Raises WrongUse for an unknown code.
    """
    with _open(analyst_db) as connection:
        return _definition(connection, code)


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
        authorities = _authorities(connection, la_codes)
        if breakdown != "all" and breakdown not in BREAKDOWNS:
            raise WrongUse(f"There is no breakdown {breakdown}. Use all, {', '.join(BREAKDOWNS)}.")
        if period_type is None and (first is not None or last is not None):
            return [
                row
                for la_code in authorities
                for row in _any_dates(connection, known, la_code, first, last, breakdown)
            ]
        _check_period_type(connection, known, period_type)
        return _rows(
            connection,
            f"""
            with chosen as (
                select
                    *,
                    max(period_end_date) over (partition by la_code, period_type) as newest
                from indicators.rpt_indicator
                where
                    indicator_code = $code
                    and list_contains($la_codes, la_code)
                    and breakdown = $breakdown
                    and ($period_type is null or period_type = $period_type)
                    and ($first is null or period_start_date >= $first)
                    and ($last is null or period_end_date <= $last)
            )

            select {_VALUE_COLUMNS}
            from chosen
            where period_end_date = newest or $first is not null or $last is not null
            order by la_code, period_type, period_end_date, breakdown_value
            """,
            {
                "code": code,
                "la_codes": authorities,
                "breakdown": breakdown,
                "period_type": period_type,
                "first": first,
                "last": last,
            },
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
        authorities = _authorities(connection, la_codes)
        _check_period_type(connection, known, period_type)
        parameters = {
            "code": code,
            "la_codes": authorities,
            "period_type": period_type,
            "end": end,
        }
        periods = """
            select la_code, period_start_date, period_end_date
            from indicators.rpt_indicator
            where
                indicator_code = $code
                and list_contains($la_codes, la_code)
                and period_type = $period_type
                and breakdown = 'all'
                and ($end is null or period_end_date = $end)
            qualify row_number() over (partition by la_code order by period_end_date desc) = 1
        """
        if not connection.execute(periods, parameters).fetchall():
            raise WrongUse(
                f"{code} has no {period_type} that ends on {end}. Periods end with a month, up to "
                "the as-at date, and lie within the days that the extract covers."
            )
        return _rows(
            connection,
            f"""
            with periods as ({periods})

            select
                detail.la_code,
                detail.indicator_code,
                periods.period_start_date,
                periods.period_end_date,
                detail.event_date,
                case
                    when detail.numerator_date > periods.period_end_date then 0
                    else detail.numerator
                end as numerator,
                detail.denominator,
                detail.quantity,
                detail.is_in_doubt,
                {", ".join(f"detail.{name}" for name in BREAKDOWNS)},
                detail.child_key,
                detail.record_table,
                detail.record_key,
                detail.load_id,
                detail.source_file,
                detail.row_number
            from indicators.fct_indicator_detail as detail
            inner join periods
                on
                    detail.la_code = periods.la_code
                    and detail.event_date between
                        periods.period_start_date and periods.period_end_date
            where detail.indicator_code = $code
            order by detail.la_code, numerator desc, detail.event_date, detail.record_key
            """,
            parameters,
        )


def _open(analyst_db: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(analyst_db), read_only=True)


def _rows(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any]
) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _day(value: date | str | None) -> date | None:
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise WrongUse(f"A date must look like 2022-09-30, not like {value!r}.") from error


def _definition(connection: duckdb.DuckDBPyConnection, code: str) -> dict[str, Any]:
    rows = _rows(
        connection,
        """
        select indicator.*
        from reference.indicator as indicator
        cross join ops.release as release
        where
            indicator.valid_from <= release.as_at_date
            and (indicator.valid_to > release.as_at_date or indicator.valid_to is null)
        order by indicator.indicator_code
        """,
        {},
    )
    for row in rows:
        if row["indicator_code"] == code:
            return row
    raise WrongUse(
        f"There is no indicator {code}. There are: "
        + ", ".join(str(row["indicator_code"]) for row in rows)
        + "."
    )


def _authorities(
    connection: duckdb.DuckDBPyConnection, la_codes: Sequence[str] | None
) -> list[str]:
    known = [
        str(row[0])
        for row in connection.execute(
            "select la_code from marts.dim_authority order by la_code"
        ).fetchall()
    ]
    unknown = sorted(set(la_codes or []) - set(known))
    if unknown:
        raise WrongUse(
            f"This release has no authority {', '.join(unknown)}; it has {', '.join(known)}."
        )
    return [la_code for la_code in known if la_codes is None or la_code in la_codes]


def _check_period_type(
    connection: duckdb.DuckDBPyConnection, known: dict[str, Any], period_type: str | None
) -> None:
    types = [
        str(row[0])
        for row in connection.execute(
            "select period_type from reference.period_type where measured_as = ? order by 1",
            [known["measured_as"]],
        ).fetchall()
        if known["period_types"] is None or row[0] in known["period_types"].split()
    ]
    if period_type is not None and period_type not in types:
        raise WrongUse(
            f"{known['indicator_code']} has no period {period_type}; it has {', '.join(types)}."
        )


def _any_dates(
    connection: duckdb.DuckDBPyConnection,
    known: dict[str, Any],
    la_code: str,
    first: date | None,
    last: date | None,
    breakdown: str,
) -> list[dict[str, Any]]:
    code = known["indicator_code"]
    is_snapshot = known["measured_as"] == "snapshot"
    if is_snapshot:
        first = last = last or first
    if first is None or last is None or first > last:
        raise WrongUse("Give both the first and the last day, in order.")
    if is_snapshot and (last + timedelta(days=1)).day != 1:
        raise WrongUse(f"{code} is counted at the end of a month: give a month's last day.")
    row = connection.execute(
        """
        select as_at_date, history_start_date
        from marts.dim_authority
        where la_code = ?
        """,
        [la_code],
    ).fetchone()
    as_at_date, history_start_date = row if row is not None else (None, None)
    if as_at_date is None or last > as_at_date or first < history_start_date:
        raise WrongUse(
            f"The extract of {la_code} covers {history_start_date} to {as_at_date}: "
            "give days within those."
        )
    availability = connection.execute(
        """
        select availability, unavailable_reason
        from indicators.rpt_indicator
        where la_code = ? and indicator_code = ? and breakdown = 'all'
        limit 1
        """,
        [la_code, code],
    ).fetchone()
    common = {
        "la_code": la_code,
        "indicator_code": code,
        "indicator_name": known["indicator_name"],
        "period_type": ANY_DATES,
        "period_start_date": first,
        "period_end_date": last,
        "breakdown": breakdown,
    }
    state, reason = availability if availability is not None else ("available", None)
    if state != "available":
        return [_value_row(common, "all", None, False, state, reason)]
    found = connection.execute(
        _ANY_DATES_SQL.format(
            unit="child_key" if known["aggregation"].endswith("_of_children") else "record_key",
            breakdown="'all'" if breakdown == "all" else breakdown,
        ),
        {"la_code": la_code, "code": code, "first": first, "last": last},
    ).fetchall()
    if not found and breakdown == "all":
        found = [("all", 0, 0, 0, 0)]
    is_share = known["aggregation"].startswith("share_")
    return [
        _value_row(common, value, tuple(sums), is_share, state, reason) for value, *sums in found
    ]


def _value_row(
    common: dict[str, Any],
    breakdown_value: str,
    sums: tuple[int, ...] | None,
    is_share: bool,
    availability: str,
    reason: str | None,
) -> dict[str, Any]:
    """One row like those of `rpt_indicator`; `sums`: numerator, units, sure and doubtful ones."""
    numerator = denominator = value = lower = upper = None
    if sums is not None:
        numerator, units, sure, doubtful = sums
        if is_share:
            denominator = units
            if units:
                value, lower = 100 * numerator / units, 100 * sure / units
                upper = 100 * (sure + doubtful) / units
        else:
            value, lower, upper = float(numerator), float(sure), float(numerator)
    return {
        **common,
        "breakdown_value": breakdown_value,
        "numerator": numerator,
        "denominator": denominator,
        "value": value,
        "lower_bound": lower,
        "upper_bound": upper,
        "availability": availability,
        "unavailable_reason": reason,
    }
