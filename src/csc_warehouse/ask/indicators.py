"""A value of a release, for a standard period or any two dates, and the records behind it.

Everything is read from the release's analyst database: standard periods from
`indicators.rpt_indicator`, any two dates from `indicators.fct_indicator_detail` by the same rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import isfinite
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
    "age_in_years",
    "entry_age",
    "weeks_to_18",
    "care_leaver",
    "excluded",
    "referral_source",
    "primary_need",
    "factor",
    "status_after_referral",
    "previous_close_reason",
    "sibling_group",
    "school_term",
    "placement_change_reason",
    "uasc_placement_type",
    "abuse_category",
    "duration",
)

#: The period type of a row for any two dates.
ANY_DATES = "any_dates"

_VALUE_COLUMNS = (
    "la_code, indicator_code, indicator_name, period_type, period_start_date, period_end_date, "
    "breakdown, breakdown_value, numerator, denominator, value, lower_bound, upper_bound, "
    "is_small_denominator, availability, unavailable_reason"
)

# What counts once is a record or a child (`unit`): a child has the numerator of any of its rows and
# the breakdown of its first; of records per child, the numerator is its records. The same rules as
# models/indicators/aggregation, for one period.
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
            {per_unit}(numerator) as numerator,
            {per_unit}(case when is_in_doubt then 0 else numerator end) as sure_numerator,
            max(case when is_in_doubt then 1 else 0 end) as has_doubt
        from detail
        group by unit
    )

    select
        breakdown_value,
        coalesce(sum(numerator), 0)::bigint as numerator,
        count(*) as units,
        coalesce(sum(sure_numerator), 0)::bigint as sure,
        count(*) filter (where has_doubt = 1 and sure_numerator = 0) as doubtful
    from units
    where breakdown_value is not null
    group by breakdown_value
    order by breakdown_value
"""

# A record in doubt could be worth nothing, or be endless: then the quantity has no upper bound.
_ANY_DATES_QUANTITY_SQL = """
    with detail as (
        select
            {breakdown} as breakdown_value,
            quantity,
            coalesce(weight, 1) as weight,
            is_in_doubt
        from indicators.fct_indicator_detail
        where
            la_code = $la_code
            and indicator_code = $code
            and event_date between $first and $last
            and (quantity is not null or is_in_doubt)
    )

    select
        breakdown_value,
        count(quantity) as units,
        {value} as value,
        {lower_bound} as lower_bound,
        {upper_bound} as upper_bound
    from detail
    where breakdown_value is not null
    group by breakdown_value
    order by breakdown_value
"""

_MEASURES = {
    "median": "median({0})",
    "mean": "sum({0} * weight) / sum(case when {0} is not null then weight end)",
    "minimum": "min({0})",
    "maximum": "max({0})",
}
"""What an aggregation gives of quantities, as DuckDB says it."""

_QUANTITIES = {
    "value": "quantity",
    "lower_bound": "(case when is_in_doubt then 0 else quantity end)",
    "upper_bound": "(case when is_in_doubt then 'infinity'::double else quantity end)",
}
"""Of what: as recorded, and with each record in doubt worth nothing or endless."""


def definition(analyst_db: Path, code: str) -> dict[str, Any]:
    """The register's row of `code`, in the version that holds at the release's as-at date.

    Raises WrongUse for an unknown code.
    """
    with _open(analyst_db) as connection:
        return _definition(connection, code)


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
        authorities = _authorities(connection, la_codes)
        if breakdown != "all" and breakdown not in BREAKDOWNS:
            raise WrongUse(f"There is no breakdown {breakdown}. Use all, {', '.join(BREAKDOWNS)}.")
        if breakdown != "all" and not known["has_breakdowns"]:
            raise WrongUse(
                f"{code} is a rate, and has no breakdowns: how many children live in the area is "
                "known for all of them only."
            )
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


def marks(analyst_db: Path, code: str, la_codes: Sequence[str] | None) -> list[dict[str, Any]]:
    """The authorities whose critical inputs of the indicator failed: la_code, reason (rules)."""
    with _open(analyst_db) as connection:
        return _rows(
            connection,
            "select la_code, reason, completeness_pct from dq.indicator_quality "
            "where indicator_code = $code and is_marked "
            "and ($all or list_contains($la_codes, la_code)) order by la_code",
            {"code": code, "all": not la_codes, "la_codes": list(la_codes or [])},
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
    rows = _rows(
        connection,
        """
        select
            indicator.*,
            aggregation.counts,
            aggregation.gives,
            aggregation.has_breakdowns
        from reference.indicator as indicator
        cross join ops.release as release
        inner join reference.aggregation as aggregation
            on indicator.aggregation = aggregation.aggregation
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
        return [_unavailable_row(common, state, reason)]
    period = {"la_code": la_code, "code": code, "first": first, "last": last}
    columns = {"breakdown": "'all'" if breakdown == "all" else breakdown}
    minimum = _minimum_denominator(connection, known["aggregation"], last)
    if known["counts"] == "quantity":
        measures = {
            name: _MEASURES[known["gives"]].format(quantity)
            for name, quantity in _QUANTITIES.items()
        }
        measured = _rows(
            connection,
            _ANY_DATES_QUANTITY_SQL.format(**measures, **columns),
            period,
        ) or _none_of_all(breakdown)
        return [_quantity_row(common, row, minimum) for row in measured]
    is_ratio = known["gives"] == "ratio"
    found = _rows(
        connection,
        _ANY_DATES_SQL.format(
            unit="child_key" if known["counts"] == "children" else "record_key",
            per_unit="sum" if is_ratio else "max",
            **columns,
        ),
        period,
    ) or _none_of_all(breakdown)
    whole = None
    if known["gives"] == "rate":
        whole = _child_population(connection, la_code, last)
    elif known["gives"] == "distribution":
        whole = sum(row["numerator"] for row in found)
    all_in_doubt = sum(row["numerator"] - row["sure"] for row in found)
    return [_value_row(common, row, known["gives"], whole, all_in_doubt, minimum) for row in found]


def _none_of_all(breakdown: str) -> list[dict[str, Any]]:
    """The sums of a period without records: a row of noughts for all, none by breakdown."""
    if breakdown != "all":
        return []
    noughts = dict.fromkeys(("numerator", "units", "sure", "doubtful"), 0)
    nothing = dict.fromkeys(("value", "lower_bound", "upper_bound"))
    return [{"breakdown_value": "all"} | noughts | nothing]


def _child_population(
    connection: duckdb.DuckDBPyConnection, la_code: str, last: date
) -> int | None:
    """Children who lived in the area at the last mid-year on or before the day, if known."""
    row = connection.execute(
        """
        select children
        from reference.child_population
        where area_type = 'authority' and area = ? and mid_year_date <= ?
        order by mid_year_date desc, vintage_year desc
        limit 1
        """,
        [la_code, last],
    ).fetchone()
    return int(row[0]) if row else None


def _minimum_denominator(
    connection: duckdb.DuckDBPyConnection, aggregation: str, last: date
) -> int:
    """The smallest denominator that is not called small; 0 where none is."""
    row = connection.execute(
        """
        select minimum_denominator
        from reference.minimum_denominator
        where aggregation = ? and valid_from <= ? and (valid_to > ? or valid_to is null)
        """,
        [aggregation, last, last],
    ).fetchone()
    return int(row[0]) if row else 0


def _quantity_row(common: dict[str, Any], found: dict[str, Any], minimum: int) -> dict[str, Any]:
    """One row like those of `rpt_indicator`, of a median, mean, minimum or maximum."""
    units, upper = found["units"], found["upper_bound"]
    is_bounded_above = units and upper is not None and isfinite(upper)
    return {
        **common,
        "breakdown_value": found["breakdown_value"],
        "numerator": None,
        "denominator": units,
        "value": found["value"],
        "lower_bound": found["lower_bound"] if units else None,
        "upper_bound": upper if is_bounded_above else None,
        "is_small_denominator": 0 < units < minimum,
        "availability": "available",
        "unavailable_reason": None,
    }


def _value_row(
    common: dict[str, Any],
    found: dict[str, Any],
    gives: str,
    whole: int | None,
    all_in_doubt: int,
    minimum: int,
) -> dict[str, Any]:
    """One row like those of `rpt_indicator`.

    `found`: numerator, units (records or children), the sure ones of the numerator, and the units
    in doubt. `whole` is the denominator of a rate or a distribution, `all_in_doubt` how many of a
    distribution could belong elsewhere.
    """
    numerator, units = found["numerator"], found["units"]
    sure, doubtful = found["sure"], found["doubtful"]
    denominator: int | None
    lowest: float
    highest: float | None
    value: float | None
    if gives == "count":
        denominator, lowest, highest, value = None, sure, numerator, float(numerator)
    elif gives == "ratio":
        denominator = units
        lowest = (sure + doubtful) / units if units else 0
        highest = numerator / (units - doubtful) if units > doubtful else None
        value = numerator / units if units else None
    else:
        denominator = units if gives == "share" else whole
        factor = (10_000 if gives == "rate" else 100) / denominator if denominator else 0
        most = {
            "share": sure + doubtful,
            "distribution": sure + all_in_doubt,
            "rate": numerator,
        }
        lowest, highest, value = factor * sure, factor * most[gives], factor * numerator
    has_value = gives == "count" or bool(denominator)
    return {
        **common,
        "breakdown_value": found["breakdown_value"],
        "numerator": numerator,
        "denominator": denominator,
        "value": value if has_value else None,
        "lower_bound": float(lowest) if has_value else None,
        "upper_bound": float(highest) if has_value and highest is not None else None,
        "is_small_denominator": 0 < (denominator or 0) < minimum,
        "availability": "available",
        "unavailable_reason": None,
    }


def _unavailable_row(common: dict[str, Any], availability: str, reason: str) -> dict[str, Any]:
    """One row like those of `rpt_indicator`, of an indicator that can't be given."""
    numbers = ("numerator", "denominator", "value", "lower_bound", "upper_bound")
    return {
        **common,
        "breakdown_value": "all",
        **dict.fromkeys(numbers),
        "is_small_denominator": False,
        "availability": availability,
        "unavailable_reason": reason,
    }
