"""What others publish of the authority can't be hidden by us, so that something else must be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import cast

import duckdb
import pytest

from csc_warehouse.disclosure import Cell
from csc_warehouse.report import public, reading
from csc_warehouse.report.figures import Release

YEAR = Cell(
    *("890", "A", "year", date(2021, 4, 1), date(2022, 3, 31), "all", "all"),
    *("count_of_records", 43, None, 43),
)
REGISTER = {"A": {"aggregation": "count_of_records"}}


@pytest.fixture
def release() -> duckdb.DuckDBPyConnection:
    """A release with that figure, the same by sex and of a quarter; a count is published."""
    made = duckdb.connect()
    made.execute("create schema indicators; create schema reference")
    made.execute(
        "create table indicators.rpt_indicator (la_code varchar, indicator_code varchar, "
        "period_type varchar, period_start_date date, period_end_date date, breakdown varchar, "
        "breakdown_value varchar, availability varchar, numerator double, denominator double, "
        "value double)"
    )
    others = replace(YEAR, breakdown="sex"), replace(YEAR, period_type="quarter")
    for cell in (YEAR, *others):
        numbers = (cell.numerator, cell.denominator, cell.value)
        made.execute(
            "insert into indicators.rpt_indicator values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [*cell.key, "available", *numbers],
        )
    made.execute(
        "create table reference.indicator_measure as "
        "select 'A' as indicator_code, 'a' as measure_id, 'not comparable' as comparability"
    )
    made.execute(
        "create table reference.published_figure as select 'a' as measure_id, 'count' as unit, "
        "'890' as geography_code, date '2022-03-31' as year_end_date, 43.0 as value"
    )
    return made


def test_the_figure_of_a_whole_year_is_known_where_it_is_published(
    release: duckdb.DuckDBPyConnection,
) -> None:
    assert reading.published_by_others(release, REGISTER) == [YEAR]
    assert reading.published_by_others(release, {}) == []
    for change in (
        "update reference.published_figure set geography_code = '891'",
        "update reference.published_figure set geography_code = '890', value = null",
        # A share that is counted otherwise is another figure.
        "update reference.published_figure set value = 43, unit = 'percent'",
        "update reference.published_figure set unit = 'count', year_end_date = '2021-03-31'",
    ):
        release.execute(change)
        assert reading.published_by_others(release, REGISTER) == [], change
    release.execute("update reference.published_figure set year_end_date = '2022-03-31'")
    release.execute("update reference.published_figure set unit = 'percent'")
    release.execute("update reference.indicator_measure set comparability = 'same'")
    assert reading.published_by_others(release, REGISTER) == [YEAR]


def test_what_is_published_elsewhere_protects_nothing() -> None:
    """Four breakdowns have a handful each: to hide the whole is cheapest, unless all have it."""
    parts = [
        replace(YEAR, breakdown=name, breakdown_value=value, numerator=count, value=count)
        for name, handful in (("sex", 2), ("team", 3), ("age_band", 4), ("disability", 5))
        for value, count in (("a", handful), ("b", 43 - handful))
    ]
    ours = cast(Release, SimpleNamespace(cells=[YEAR, *parts], thresholds=()))
    for by_others, whole, rests in (([], None, [41, 40, 39, 38]), ([YEAR], 43, [None] * 4)):
        shown = [cell.numerator for cell in public.protected(ours, [], [], by_others)]
        assert shown == [whole, *(each for rest in rests for each in (None, rest))]
