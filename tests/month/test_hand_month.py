"""The fictional month whose figures were worked out on paper: extracts in, those numbers out."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb
import pytest

from csc_warehouse.places import SEEDS, Home
from library.places import HAND_MONTH, HAND_MONTH_FILES
from library.reference.extract import read_extract
from library.reference.figures import Figure, all_figures
from library.reference.published import RowKey, rows_of
from library.reference.rules import INDICATORS

AS_AT = date(2022, 9, 30)

# A row without its start: (code, period type, period end, breakdown, breakdown value).
ShortKey = tuple[str, str, date, str, str]


def by_hand() -> dict[ShortKey, Figure]:
    """The figures worked out on paper."""
    path = HAND_MONTH / "expected_indicators.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    figures = {}
    for row in rows:
        breakdown, breakdown_value = row["breakdown"], row["breakdown_value"]
        key = (
            row["indicator_code"],
            row["period_type"],
            date.fromisoformat(row["period_end_date"]),
            breakdown,
            breakdown_value.lower() if breakdown == "sex" else breakdown_value,
        )
        assert key not in figures, f"twice: {key}"
        figures[key] = Figure(
            int(row["numerator"]),
            int(row["denominator"]) if row["denominator"] else None,
            float(row["value"]) if row["value"] else None,
        )
    return figures


def differences(expected: Mapping[ShortKey, Figure], found: Mapping[ShortKey, Figure]) -> list[str]:
    """One line for each figure that isn't the one on paper (values to eight decimals)."""
    lines = []
    for key, figure in expected.items():
        other = found.get(key)
        same = (
            other is not None
            and (other.numerator, other.denominator) == (figure.numerator, figure.denominator)
            and (other.value is None) == (figure.value is None)
            and abs((other.value or 0) - (figure.value or 0)) < 1e-8
        )
        if not same:
            lines.append(f"{' '.join(map(str, key))}: on paper {figure}, found {other}")
    return lines


def short(rows: Mapping[RowKey, Figure]) -> dict[ShortKey, Figure]:
    """The rows by their short keys."""
    return {
        (
            key.indicator_code,
            key.period_type,
            key.period_end,
            key.breakdown,
            key.breakdown_value,
        ): figure
        for key, figure in rows.items()
    }


def test_every_indicator_is_worked_out() -> None:
    """But those for which a council decides something first: 999 has decided nothing."""
    with (SEEDS / "indicators" / "indicator_decision.csv").open(encoding="utf-8") as file:
        undecided = {row["indicator_code"] for row in csv.DictReader(file)}
    assert {key[0] for key in by_hand()} == set(INDICATORS) - undecided


def test_reference_agrees_with_paper() -> None:
    figures = all_figures(read_extract(HAND_MONTH_FILES), AS_AT)
    found = {
        (code, period.period_type, period.end, breakdown, value): figure
        for (code, period, breakdown, value), figure in figures.items()
    }
    assert differences(by_hand(), found) == []


def test_release_agrees_with_paper(done: tuple[Home, dict[str, Any]]) -> None:
    """The whole road: the extract is landed, built and published."""
    published = rows_of(done[0].current / "analyst.duckdb")["999"]
    assert differences(by_hand(), short(published)) == []


def test_the_one_contact_that_became_a_referral(done: tuple[Home, dict[str, Any]]) -> None:
    """On paper: P01's C1 and C2 of 5 September are one contact, seven days before R02. P02's C3
    comes after R04 and C4 thirteen days before it; P10's came after R09; the others have none."""
    with duckdb.connect(str(done[0].current / "analyst.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select contact_date, referral_date from marts.fct_contact "
            "inner join marts.fct_referral using (referral_key) "
            "where fct_contact.la_code = '999'"
        ).fetchall()
    assert found == [(date(2022, 9, 5), date(2022, 9, 12))]


@pytest.mark.parametrize(
    ("code", "period_type", "reached"),
    [
        ("REF-01", "month", date(2016, 10, 31)),
        ("REF-03", "month", date(2017, 10, 31)),
        ("REF-03", "rolling_12_months", date(2018, 9, 30)),
        ("RE-REF-DIS12", "month", date(2017, 10, 31)),
        ("CPP-05", "month", date(2018, 10, 31)),
        ("CLA-01", "month_end", date(2016, 10, 31)),
        ("PLC-01", "month_end", date(2017, 9, 30)),
    ],
)
def test_what_looks_back_further_than_six_years_is_not_available(
    done: tuple[Home, dict[str, Any]], code: str, period_type: str, reached: date
) -> None:
    """The window of an SSD is six years to the end of its month, whatever its first record is."""
    with duckdb.connect(str(done[0].current / "analyst.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select period_end_date, availability, unavailable_reason "
            "from indicators.rpt_indicator where breakdown = 'all' "
            "and indicator_code = ? and period_type = ? and la_code = '999'",
            [code, period_type],
        ).fetchall()
    assert min(end for end, availability, _ in rows if availability == "available") == reached
    before = [(availability, reason) for end, availability, reason in rows if end < reached]
    assert bool(before) == (reached > date(2016, 10, 31))
    for availability, reason in before:
        assert availability == "not_delivered"
        assert reason.startswith("The extracts ssd do not reach far enough: no ssd_c")
