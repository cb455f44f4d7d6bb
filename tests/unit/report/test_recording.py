"""A change of recording is told as one: what is filled since then, stops, or is in doubt."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import duckdb
import pytest

from csc_warehouse.disclosure import Cell
from csc_warehouse.month import Month
from csc_warehouse.places import DBT_PROJECT, SEEDS
from csc_warehouse.report import words
from csc_warehouse.report.control_chart import Evidence, Variation
from csc_warehouse.report.measures import View
from csc_warehouse.report.pages import stands_out
from csc_warehouse.report.reading import recorded_by_month
from csc_warehouse.report.recording import (
    Field,
    Recorded,
    Recording,
    changed_with,
    is_in_doubt,
    read_fields,
)
from csc_warehouse.report.signals import Confidence, Signal
from library.measures import AUTHORITY, measure

MONTHS = Month.of("2020-01").until(Month.of("2021-12"))

#: Interviews accepted, of fifty in each month: sixty in a hundred, and since October 2021 twenty.
ACCEPTED = [29.0, 31.0, 30.0] * 7 + [10.0, 11.0, 9.0]

ANSWER = Field("fct_return_interview", "accepted_code", "fct_missing_episode", "end_date",
               "whether the child accepted", ("X",))  # fmt: skip

TOLD = Evidence(1e-4, since=21, earliest=20, latest=21, size=-40.0, error=5.0)


def line(values: list[float] = ACCEPTED, of: float | None = 50.0) -> list[Cell]:
    return [
        Cell("999", "X", "month", month.first_day, month.last_day, "all", "all",
             "share_of_records" if of else "count_of_records",
             value, of, 100 * value / of if of else value)
        for month, value in zip(MONTHS, values, strict=True)
    ]  # fmt: skip


def recorded(filled: list[int], field: Field = ANSWER, records: int = 50) -> Recorded:
    by_month = {month.last_day: (records, each) for month, each in zip(MONTHS, filled, strict=True)}
    return Recorded(field, by_month)


EMPTIED = recorded([50, 49, 50] * 7 + [17, 18, 16])


def test_a_field_that_is_left_empty_since_then_is_named() -> None:
    found = changed_with(line(), TOLD, [EMPTIED])
    assert found is not None and found.title == "whether the child accepted"
    assert (found.before, found.since) == pytest.approx((99.3, 34.0), abs=0.1)


@pytest.mark.parametrize(
    "filled",
    [
        pytest.param([49, 50, 48] * 8, id="as ever"),
        pytest.param([50, 49, 50] * 5 + [17, 18, 16] * 3, id="half a year earlier"),
        pytest.param([48, 50, 49] * 7 + [45, 46, 45], id="by few points"),
        pytest.param([50, 20, 35] * 7 + [17, 18, 16], id="no further than before"),
        pytest.param([50, 49, 50] * 7 + [17, 50, 16], id="not in each month"),
    ],
)
def test_what_is_recorded_as_ever_is_not_named(filled: list[int]) -> None:
    assert changed_with(line(), TOLD, [recorded(filled)]) is None


def test_records_that_stop_or_begin_are_of_recording() -> None:
    contacts = replace(ANSWER, table_name="fct_contact", column_name="", title="contacts")
    counts = [9] * 21 + [0] * 3
    by_month = {month.last_day: (each, each) for month, each in zip(MONTHS, counts, strict=True)}
    stopped = Recorded(contacts, by_month)
    assert changed_with(line(), TOLD, [stopped]) == Recording("contacts")
    begun = {end: (9 - records,) * 2 for end, (records, _) in stopped.by_month.items()}
    assert changed_with(line(), TOLD, [replace(stopped, by_month=begun)]) == Recording("contacts")
    # One a month may be none for a quarter of a year.
    few = {end: (min(records, 1),) * 2 for end, (records, _) in stopped.by_month.items()}
    assert changed_with(line(), TOLD, [replace(stopped, by_month=few)]) is None


def test_records_in_doubt_may_leave_open_that_nothing_changed() -> None:
    cells = line()
    bounds = {cell.key: (cell.value or 0.0, 64.0) for cell in cells[21:]}
    assert is_in_doubt(cells, TOLD, bounds)
    assert not is_in_doubt(cells, TOLD, {})
    assert not is_in_doubt(cells, TOLD, {key: (lower, 40.0) for key, (lower, _) in bounds.items()})
    hidden = [replace(cell, value=None) for cell in cells]
    assert not is_in_doubt(hidden, TOLD, bounds)


def release(fields: tuple[Recorded, ...], bounds: object = None) -> SimpleNamespace:
    row = {"indicator_code": "X", "title": "Accepted", "aggregation": "share_of_records",
           "measured_as": "event", "polarity": "higher is better", "unit": "percent",
           "topic": "missing"}  # fmt: skip
    return SimpleNamespace(
        series={("999", "X"): "month"}, steps=(), register={"X": row}, comparisons={},
        unavailable={}, bounds=bounds or {}, breakdowns=(), school_holidays=(), months=(),
        parts={}, recorded={("999", "X"): fields},
    )  # fmt: skip


def test_a_change_of_recording_is_neither_better_nor_worse() -> None:
    """Told to both audiences; how much is filled is no public figure."""
    for internal in (True, False):
        view = View(release((EMPTIED,)), line(), with_bounds=internal)  # type: ignore[arg-type]
        made = view.measure(AUTHORITY, "X")
        assert made.signal is not None and made.variation is Variation.NEUTRAL_LOW
        assert "recording changed at the same time" in words.about(made)
        said = words.recording(made)
        assert "whether the child accepted" in said and "no change in the work" in said
        assert ("34% of the records have it since then, 99% before" in said) is internal
        assert bool(re.search(r"\d", said)) is internal
    view = View(release(()), line(), with_bounds=True)  # type: ignore[arg-type]
    assert view.measure(AUTHORITY, "X").variation is Variation.CONCERN_LOW
    assert words.recording(view.measure(AUTHORITY, "X")) == ""
    doubt = {cell.key: (0.0, 100.0) for cell in line()}
    view = View(release((), doubt), line(), with_bounds=False)  # type: ignore[arg-type]
    assert "in doubt" in words.recording(view.measure(AUTHORITY, "X"))


def test_that_nothing_is_recorded_is_no_news_for_the_public_where_a_number_is_hidden() -> None:
    """A 0 may be among what is hidden, for a handful beside it."""
    by_month = {month.last_day: (9, 9) for month in MONTHS[:21]}
    stopped = Recorded(replace(ANSWER, column_name="", title="interviews"), by_month)
    shown = line()
    hidden = [*shown[:5], replace(shown[5], value=None, symbol="c"), *shown[6:]]
    for cells, internal, is_told in (
        (shown, False, True), (hidden, False, False), (hidden, True, True)
    ):  # fmt: skip
        view = View(release((stopped,)), cells, with_bounds=internal)  # type: ignore[arg-type]
        assert view.measure(AUTHORITY, "X").signal is not None
        assert ("interviews" in words.recording(view.measure(AUTHORITY, "X"))) is is_told


def test_the_overview_tells_what_is_of_the_work_first() -> None:
    told = Signal(replace(TOLD, probability=1e-9), Confidence.ESTABLISHED)
    surest = measure(signal=told, recording=Recording("contacts"))
    other = measure(
        register={**surest.register, "indicator_code": "Y"},
        signal=Signal(TOLD, Confidence.POSSIBLE),
    )
    assert [each.code for each, _ in stands_out([surest, other]).told] == ["Y", "X"]


def test_what_is_filled_is_counted_by_month() -> None:
    fields = (
        ANSWER,
        replace(ANSWER, column_name="", table_name="fct_missing_episode", title="episodes"),
    )
    with duckdb.connect() as connection:
        connection.execute(
            """
            create schema marts;
            create table marts.fct_missing_episode as
            select * from (values
                ('e1', '999', date '2021-11-02'), ('e2', '999', date '2021-11-30'),
                ('e3', '999', date '2021-12-01'), ('e4', '998', date '2021-12-31'),
                ('e5', '999', null), ('e6', '999', date '2018-10-31')
            ) as episode (missing_episode_key, la_code, end_date);
            create table marts.fct_return_interview as
            select * from (values ('e1', 'Y'), ('e1', 'N'), ('e2', 'not known'), ('e4', ''))
            as interview (missing_episode_key, accepted_code)
            """
        )
        found = recorded_by_month(connection, date(2021, 12, 31), fields)
    november, december = date(2021, 11, 30), date(2021, 12, 31)
    answer, episodes = found["999", "X"]
    # Two interviews after one episode are one answer, and one that is not known is none.
    assert answer.by_month == {november: (2, 1), december: (1, 0)}
    assert episodes.by_month == {november: (2, 2), december: (1, 1)}
    assert found["998", "X"][0].by_month == {december: (1, 0)}


def test_the_fields_are_those_of_marts_and_the_indicators_those_of_the_register() -> None:
    with (SEEDS / "indicators" / "indicator.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["indicator_code"] for row in csv.DictReader(file)}
    marts = {
        path.stem: path.read_text(encoding="utf-8")
        for path in (DBT_PROJECT / "models" / "marts").rglob("fct_*.sql")
    }
    for field in read_fields():
        assert set(field.indicator_codes) <= codes, field
        key = f"{field.dated_table.removeprefix('fct_')}_key"
        for column in filter(None, (field.column_name, key)):
            assert re.search(rf"\b{column}\b", marts[field.table_name]), field
        assert re.search(rf"\b{field.date_column}\b", marts[field.dated_table]), field
