"""A release read from its analyst database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb

from csc_warehouse.ask import registered
from csc_warehouse.disclosure import Cell, Setting
from csc_warehouse.report.concentration import BREAKDOWNS, Part
from csc_warehouse.report.figures import (
    HEADLINE_PERIODS,
    SERIES_MONTHS,
    SERIES_PERIODS,
    Authority,
    Breakdown,
    Comparison,
    Question,
    Register,
    Release,
    Shown,
    Step,
    Topic,
)
from csc_warehouse.report.recording import Field, Recorded, read_fields
from csc_warehouse.report.selection import choose, events_by_month, lines_of
from csc_warehouse.sql import statement

_YEARS_MONTHS = 84

#: The columns that tell a figure from all others.
KEY = (
    "la_code",
    "indicator_code",
    "period_type",
    "period_start_date",
    "period_end_date",
    "breakdown",
    "breakdown_value",
)
_KEY = ", ".join(KEY)


def read(connection: duckdb.DuckDBPyConnection) -> Release:
    """The release in the analyst database behind `connection`."""
    release_id, month, as_at_date = _rows(
        connection, "select release_id, month, as_at_date from ops.release"
    )[0]
    register = {
        row["indicator_code"]: row
        for row in _dicts(
            connection,
            "select * from reference.indicator where valid_from <= $as_at_date "
            "and (valid_to > $as_at_date or valid_to is null) order by rowid",
            as_at_date=as_at_date,
        )
    }
    breakdowns = tuple(
        Breakdown(**row)
        for row in _dicts(connection, "select * from reference.report_breakdown order by rowid")
    )
    questions = tuple(
        Question(
            row["topic"],
            row["question"],
            row["answer"],
            tuple(_shown(text) for text in (row["figures"] or "").split()),
        )
        for row in _dicts(
            connection, "select * from reference.report_question order by topic, position"
        )
    )
    cells, bounds, unavailable = _cells(connection, register, breakdowns, questions)
    thresholds = tuple(
        Setting(*row)
        for row in _rows(
            connection,
            "select coalesce(la_code, ''), threshold, valid_from, valid_to "
            "from reference.disclosure_threshold order by rowid",
        )
    )
    series = lines_of(cells, thresholds)
    accepted = _rows(connection, "select reason, accepted_by from ops.acceptance")
    return Release(
        release_id=release_id,
        month=month,
        as_at_date=as_at_date,
        acceptance=(accepted[0][0], accepted[0][1]) if accepted else None,
        authorities=tuple(
            Authority(*row)
            for row in _rows(
                connection,
                "select la_code, authority_name, as_at_date, is_stale, is_fictional "
                "from marts.dim_authority order by la_code",
            )
        ),
        register=register,
        said=registered.words_of(connection),
        topics=tuple(
            Topic(
                row["topic"],
                row["title"],
                row["summary"],
                tuple((row["headline_codes"] or "").split()),
            )
            for row in _dicts(connection, "select * from reference.report_topic order by position")
        ),
        breakdowns=breakdowns,
        questions=questions,
        steps=tuple(
            Step(**row)
            for row in _dicts(connection, "select * from reference.step_change order by rowid")
        ),
        comparisons=_comparisons(connection),
        unavailable=unavailable,
        cells=tuple(choose(cells, series, breakdowns, questions)),
        bounds=bounds,
        series=series,
        thresholds=thresholds,
        parts=_parts(connection),
        recorded=recorded_by_month(connection, as_at_date),
        months=tuple(events_by_month(cells, series, register)),
        school_holidays=tuple(
            row[0]
            for row in _rows(
                connection,
                "select date_day from marts.dim_date where is_school_holiday order by date_day",
            )
        ),
    )


def _shown(text: str) -> Shown:
    code, period_type, breakdown = (*text.split("/"), None, None)[:3]
    return Shown(str(code), period_type, breakdown or "all")


def _rows(
    connection: duckdb.DuckDBPyConnection, sql: str, **values: object
) -> list[tuple[Any, ...]]:
    return connection.execute(sql, values).fetchall()


def _dicts(
    connection: duckdb.DuckDBPyConnection, sql: str, **values: object
) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _cells(
    connection: duckdb.DuckDBPyConnection,
    register: Mapping[str, Register],
    breakdowns: Iterable[Breakdown],
    questions: Iterable[Question],
) -> tuple[
    list[Cell], dict[tuple[Any, ...], tuple[float, float]], dict[tuple[str, str], str]
]:  # fmt: skip
    """The rows of `rpt_indicator` that may be shown, with bounds, and the reasons of those absent.

    Everything under `all`, and of the breakdowns only those that somebody asked for.
    """
    wanted = sorted(
        {(each.indicator_code, each.period_type, each.breakdown) for each in breakdowns}
        | {
            (each.indicator_code, each.period_type, each.breakdown)
            for question in questions
            for each in question.figures
            if each.period_type and each.breakdown != "all"
        }
    )
    rows = _rows(
        connection,
        statement(__package__, "shown_figure", key=_KEY),
        periods=[*{*SERIES_PERIODS, *HEADLINE_PERIODS}],
        months=_YEARS_MONTHS,
        wanted=["/".join(str(part) for part in each) for each in wanted],
    )
    cells: list[Cell] = []
    bounds: dict[tuple[Any, ...], tuple[float, float]] = {}
    unavailable: dict[tuple[str, str], str] = {}
    for row in rows:
        key, (numerator, denominator, value, lower, upper, state, reason) = row[:7], row[7:]
        known = register.get(key[1])
        if known is None:
            continue
        if state != "available":
            unavailable[key[0], key[1]] = reason
            continue
        cell = Cell(
            la_code=key[0],
            indicator_code=key[1],
            period_type=key[2],
            period_start_date=key[3],
            period_end_date=key[4],
            breakdown=key[5],
            breakdown_value=key[6],
            aggregation=known["aggregation"],
            numerator=numerator,
            denominator=denominator,
            value=value,
        )
        cells.append(cell)
        if lower is not None and upper is not None and lower != upper:
            bounds[cell.key] = (lower, upper)
    return cells, bounds, unavailable


def _parts(
    connection: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str, str], tuple[Part, ...]]:
    """The lines of the parts that a change may be in, where there are several."""
    found: dict[tuple[str, str, str], list[Part]] = defaultdict(list)
    for la_code, code, period_type, breakdown, value, *columns in _rows(
        connection,
        statement(__package__, "part_of_line"),
        breakdowns=[*BREAKDOWNS],
        periods=["month", "month_end", "quarter"],
    ):
        ends, numerators, denominators = map(tuple, columns)
        found[la_code, code, period_type].append(
            Part(breakdown, value, ends, numerators, denominators)
        )
    return {key: tuple(parts) for key, parts in found.items()}


def recorded_by_month(
    connection: duckdb.DuckDBPyConnection,
    as_at_date: date,
    fields: Sequence[Field] | None = None,
) -> dict[tuple[str, str], tuple[Recorded, ...]]:
    """By authority and indicator how much is recorded of what it is made of; None: all `fields`."""
    fields = read_fields() if fields is None else fields
    rows = _rows(
        connection,
        statement(__package__, "filled_by_month", fields=fields),
        as_at_date=as_at_date,
        months=SERIES_MONTHS + 1,
    )
    by_month: dict[tuple[str, int], dict[date, tuple[int, int]]] = defaultdict(dict)
    for la_code, number, month_end, records, filled in rows:
        by_month[la_code, number][month_end] = records, filled
    found: dict[tuple[str, str], list[Recorded]] = defaultdict(list)
    for (la_code, number), months in by_month.items():
        for code in fields[number].indicator_codes:
            found[la_code, code].append(Recorded(fields[number], months))
    return {key: tuple(of_code) for key, of_code in found.items()}


def published_by_others(
    connection: duckdb.DuckDBPyConnection, register: Mapping[str, Register]
) -> list[Cell]:
    """The figures, in full, of which the authority's own is among published statistics.

    What is published may differ, and is rounded; here it is taken for the same.
    """
    rows = _rows(
        connection,
        statement(__package__, "published_by_others", key=KEY),
        periods=["month_end", "year", "rolling_12_months"],
    )
    return [
        Cell(
            **dict(zip(KEY, row[:7], strict=True)),
            aggregation=register[row[1]]["aggregation"],
            numerator=row[7],
            denominator=row[8],
            value=row[9],
        )
        for row in rows
        if row[1] in register
    ]


def in_full(connection: duckdb.DuckDBPyConnection, public: Iterable[Cell]) -> list[Cell]:
    """The figures of the `public` cells as the release behind `connection` counts them.

    Those that it doesn't count are left out.
    """
    cells = {"/".join(map(str, cell.key)): cell for cell in public}
    rows = _rows(connection, statement(__package__, "figure_in_full", key=_KEY), cells=[*cells])
    return [
        replace(cells[key], numerator=numerator, denominator=denominator, value=value, symbol=None)
        for key, numerator, denominator, value in rows
    ]


def _comparisons(
    connection: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str], Comparison]:
    """What each indicator of each authority is held against, in its headline period."""
    if not _rows(
        connection,
        "select 1 from duckdb_tables() where schema_name = 'indicators' "
        "and table_name = 'rpt_comparison'",
    ):
        return {}
    rows = _dicts(
        connection,
        statement(__package__, "headline_comparison"),
        periods=[*HEADLINE_PERIODS],
    )
    return {(row["la_code"], row["indicator_code"]): _comparison(row) for row in rows}


def _comparison(row: Mapping[str, Any]) -> Comparison:
    return Comparison(
        target=row.get("target_value"),
        target_status=row.get("target_status"),
        neighbours=row.get("statistical_neighbours_value"),
        neighbours_used=row.get("statistical_neighbours_count_used"),
        neighbours_named=row.get("statistical_neighbours_count"),
        neighbours_method=row.get("statistical_neighbours_method"),
        neighbours_model=row.get("statistical_neighbours_model_version"),
        neighbours_minimum=row.get("statistical_neighbours_minimum"),
        neighbours_maximum=row.get("statistical_neighbours_maximum"),
        region=row.get("region_value"),
        england=row.get("england_value"),
        year=None if row.get("comparator_year") is None else str(row["comparator_year"]),
        source=row.get("comparator_source"),
        note=row.get("comparator_reason") or row.get("comparator_difference"),
    )
