"""Questions about the five councils of the committee documents, in the words of a release."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from csc_warehouse.ask import indicators

REQUEST, QUARTER, YEAR, UPDATE, PERFORMANCE = "992", "993", "994", "995", "996"
#: January 2020 to June 2022, of which the update speaks.
WINDOW = ("2020-01-01", "2022-06-30")


class Figures:
    """The release of the five councils, asked by authority, indicator and period."""

    def __init__(self, analyst_db: Path) -> None:
        self.analyst_db = analyst_db

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.analyst_db), read_only=True) as connection:
            return connection.execute(sql, values).fetchall()

    def row(
        self, la_code: str, code: str, period_type: str, end: str, **breakdown: str
    ) -> tuple[float | None, int | None, int | None]:
        """Value, numerator and denominator; a breakdown is named with its value."""
        ((name, value),) = breakdown.items() if breakdown else (("all", "all"),)
        (found,) = self.rows(
            "select value, numerator, denominator from indicators.rpt_indicator where la_code = ? "
            "and indicator_code = ? and period_type = ? and period_end_date = ? "
            "and breakdown = ? and breakdown_value = ? and availability = 'available'",
            la_code,
            code,
            period_type,
            end,
            name,
            value,
        )
        return found[0], found[1], found[2]

    def value(self, la_code: str, code: str, period_type: str, end: str, **breakdown: str) -> float:
        found = self.row(la_code, code, period_type, end, **breakdown)[0]
        assert found is not None
        return found

    def split(
        self, la_code: str, code: str, period_type: str, end: str, breakdown: str
    ) -> dict[str, float]:
        """The values of a breakdown that are not zero."""
        return dict(
            self.rows(
                "select breakdown_value, value from indicators.rpt_indicator where la_code = ? "
                "and indicator_code = ? and period_type = ? and period_end_date = ? "
                "and breakdown = ? and value > 0",
                la_code,
                code,
                period_type,
                end,
                breakdown,
            )
        )

    def series(self, la_code: str, code: str, period_type: str, since: str) -> list[float]:
        """Values in the order of their periods, of those that end after `since`."""
        return [
            row[0]
            for row in self.rows(
                "select value from indicators.rpt_indicator where la_code = ? "
                "and indicator_code = ? and period_type = ? and breakdown = 'all' "
                "and period_end_date > ? order by period_end_date",
                la_code,
                code,
                period_type,
                since,
            )
        ]

    def comparison(self, la_code: str, code: str, period_type: str, end: str) -> dict[str, Any]:
        """The row of `rpt_comparison`."""
        with duckdb.connect(str(self.analyst_db), read_only=True) as connection:
            cursor = connection.execute(
                "select * from indicators.rpt_comparison where la_code = ? "
                "and indicator_code = ? and period_type = ? and period_end_date = ? "
                "and breakdown = 'all'",
                [la_code, code, period_type, end],
            )
            names = [column[0] for column in cursor.description]
            (row,) = cursor.fetchall()
        return dict(zip(names, row, strict=True))

    def one(self, sql: str, *values: Any) -> Any:
        """The only value that a question has."""
        ((value,),) = self.rows(sql, *values)
        return value

    def counts(
        self, la_code: str, code: str, period_type: str, end: str, breakdown: str
    ) -> dict[str, int]:
        """The numerators of a breakdown that are not zero."""
        return dict(
            self.rows(
                "select breakdown_value, numerator from indicators.rpt_indicator where la_code = ? "
                "and indicator_code = ? and period_type = ? and period_end_date = ? "
                "and breakdown = ? and numerator > 0",
                la_code,
                code,
                period_type,
                end,
                breakdown,
            )
        )

    def between(self, la_code: str, code: str, first: str, last: str) -> dict[str, Any]:
        """The value for any two dates."""
        (row,) = indicators.indicator_value(
            self.analyst_db, code, la_codes=[la_code], date_from=first, date_to=last
        )
        return row


def shown(value: float, decimals: int = 0) -> str:
    """As a document prints it."""
    return f"{value:.{decimals}f}"


def expected_unaccompanied(figures: Figures, end: str) -> float:
    """How many more the transfer scheme may bring: the quota less those who are here."""
    here = figures.value(QUARTER, "UASC-01", "month_end", "2022-09-30")
    return figures.value(QUARTER, "UASC-03", "month_end", end) - here


def share_for_harm(figures: Figures, code: str) -> float:
    """Of the referrals that an indicator counts, the percentage for abuse or neglect."""
    needs = figures.counts(UPDATE, code, "rolling_12_months", "2022-06-30", "primary_need")
    return 100 * needs["Abuse or neglect"] / sum(needs.values())


def net_of_the_year(figures: Figures) -> float:
    """Children who came into care in the twelve months less those who left it."""
    came, left = (
        figures.value(UPDATE, code, "rolling_12_months", "2022-06-30")
        for code in ("CLA-03", "CLA-04")
    )
    return came - left


def share_of_health_and_schools(figures: Figures) -> float:
    """Of the early help that began in the year, the percentage by health and education."""
    helping = figures.counts(PERFORMANCE, "EH-01", "year", "2024-03-31", "assisting_organisation")
    named = sum(count for name, count in helping.items() if name in ("Health", "Education"))
    return 100 * named / sum(helping.values())
