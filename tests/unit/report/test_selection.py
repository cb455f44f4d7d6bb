"""What stands beside each other is of the same kind of period, and of the same days."""

from __future__ import annotations

from datetime import date

import pytest

from csc_warehouse.disclosure import Cell
from csc_warehouse.report.figures import Question, Shown
from csc_warehouse.report.pages import _line
from csc_warehouse.report.selection import at_ends, choose, in_step
from library.measures import cell, measure


def question(*figures: str) -> Question:
    of = [(*text.split("/"), None, None)[:3] for text in figures]
    return Question(
        "t", "?", "", tuple(Shown(str(code), kind, group or "all") for code, kind, group in of)
    )


@pytest.mark.parametrize(
    ("own", "together"),
    [
        ({"A": "month", "B": "quarter"}, {"A": "quarter", "B": "quarter"}),
        ({"A": "month", "B": "month"}, {"A": "month", "B": "month"}),
        ({"A": "quarter", "B": "year"}, {"A": "year", "B": "year"}),
        # A stock is of the days at which it is counted, and four weeks have no other period.
        ({"A": "month_end", "B": "quarter"}, {"A": "month_end", "B": "quarter"}),
        ({"A": "rolling_4_weeks", "B": "year"}, {"A": "rolling_4_weeks", "B": "year"}),
    ],
)
def test_the_lines_of_a_question_are_of_one_period(
    own: dict[str, str], together: dict[str, str]
) -> None:
    series = {("999", code): kind for code, kind in own.items()}
    assert in_step("999", question(*own, "C"), series) == together
    assert in_step("998", question(*own), series) == {}


def test_what_is_asked_for_is_of_that_period_and_a_table_is_no_line() -> None:
    series = {("999", "A"): "month"}
    assert in_step("999", question("A/quarter", "A/quarter/uasc"), series) == {"A": "quarter"}


def ends(period_type: str, *months: tuple[int, int], code: str = "X") -> list[Cell]:
    made = [
        cell(date(year, month, 28), period_type, "count_of_records", (20, None))
        for year, month in months
    ]
    return [Cell(**{**vars(each), "indicator_code": code}) for each in made]


def test_a_stock_is_shown_at_the_ends_of_the_others_periods() -> None:
    stock = ends("month_end", *((2022, month) for month in range(1, 13)))
    for kind, months in (("quarter", [3, 6, 9, 12]), ("year", [3]), ("month", [*range(1, 13)])):
        shown = at_ends(stock, ["month_end", kind])
        assert [each.period_end_date.month for each in shown] == months


def test_the_period_that_a_question_needs_is_among_what_is_shown() -> None:
    cells = [
        *ends("month", (2022, 8), (2022, 9), code="A"),
        *ends("quarter", (2022, 6), (2022, 9), code="A"),
        *ends("quarter", (2022, 6), (2022, 9), code="B"),
    ]
    series = {("999", "A"): "month", ("999", "B"): "quarter"}
    alone = {(each.indicator_code, each.period_type) for each in choose(cells, series, [], [])}
    asked = choose(cells, series, [], [question("A", "B")])
    assert alone == {("A", "month"), ("B", "quarter")}
    assert {(each.indicator_code, each.period_type) for each in asked} == {*alone, ("A", "quarter")}


@pytest.mark.parametrize(
    ("kind", "months", "shown", "before"),
    [
        ("month", [(2021 + n // 12, n % 12 + 1) for n in range(24)], 13, (2021, 12)),
        ("quarter", [(year, 3 * n) for year in (2019, 2020, 2021, 2022) for n in (1, 2, 3, 4)],
         9, (2021, 12)),
        ("year", [(year, 3) for year in range(2013, 2023)], 7, (2021, 3)),
        # Not the oldest that there is, which would be another month.
        ("month", [(2022, 7), (2022, 8), (2022, 9)], 3, None),
    ],
)  # fmt: skip
def test_the_newest_is_held_against_the_same_of_a_year_before(
    kind: str, months: list[tuple[int, int]], shown: int, before: tuple[int, int] | None
) -> None:
    line = _line(measure(), ends(kind, *months))
    assert len(line.cells) == shown
    end = line.before.period_end_date if line.before else None
    assert (end and (end.year, end.month)) == before
