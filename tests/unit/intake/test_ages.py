"""Of which month the ages of a list are: a row at each boundary."""

from __future__ import annotations

import pytest

from csc_warehouse.intake.written_dates import age_fit

MONTH = "2022-09"


@pytest.mark.parametrize(
    ("born", "age", "is_of_the_month"),
    [
        ("2010-09-30", "12", True),
        ("2010-09-30", "11", True),  # an extract may be taken up to ten days early
        ("2010-09-20", "11", False),
        ("2010-11-14", "12", True),  # and 45 days late
        ("2010-11-15", "12", False),
        ("2008-02-29", "14", True),
        ("2022-12-24", "0", True),  # not born yet
        ("30/09/2010 00:00", "12.4", True),
        ("2010-03-15", "11", False),
    ],
)
def test_an_age_is_of_the_days_on_which_the_extract_may_be_taken(
    born: str, age: str, is_of_the_month: bool
) -> None:
    fit = age_fit("list", {(born, age): 3}, MONTH)
    assert fit is not None
    assert (fit.rows, fit.rows_fitting) == (3, 3 * is_of_the_month)


def test_what_says_no_age_is_not_counted() -> None:
    ages = {("2010-09-30", "unborn"): 1, ("words", "12"): 1, ("2010-09-30", "12 years"): 1}
    assert age_fit("list", ages, MONTH) is None


def test_a_list_of_half_a_year_before_is_named() -> None:
    """Whose birthday lies between was a year younger."""
    born_in = {f"2010-{month:02}-15": "11" if month > 3 else "12" for month in range(1, 13)}
    fit = age_fit("list", dict.fromkeys(born_in.items(), 1), MONTH)
    assert fit is not None
    assert (fit.rows, fit.rows_fitting) == (12, 6)
    assert (fit.other_month, fit.rows_fitting_other) == ("2022-03", 12)


def test_ages_that_are_rounded_are_of_no_earlier_month() -> None:
    rounded = {f"2010-{month:02}-15": "13" if month <= 3 else "12" for month in range(1, 13)}
    fit = age_fit("list", dict.fromkeys(rounded.items(), 1), MONTH)
    assert fit is not None
    assert fit.other_month is None
