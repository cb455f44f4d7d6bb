"""A year's return that others made: our figures beside a plain count, as the page has them."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from csc_warehouse.places import Home
from library.built import built
from library.places import PROJECT, SHARED

THIRD_PARTY = SHARED / "third_party" / "ssda903"
FIRST, LAST = date(2017, 4, 1), date(2018, 3, 31)
SHORT_BREAKS = ("V3", "V4")

Row = dict[str, str]


def page_table() -> dict[str, tuple[str, str]]:
    """{indicator code: (plain count, ours)} of the page's table."""
    page = (PROJECT / "docs" / "load-ssda903.md").read_text(encoding="utf-8")
    return {
        code: (plain, ours)
        for code, plain, ours in re.findall(
            r"^\| ([A-Z]+-\d+) \| ([\d, of]+) \| ([\d, of]+) \|", page, re.MULTILINE
        )
    }


def day(text: str) -> date | None:
    return datetime.strptime(text, "%d/%m/%Y").date() if text else None


def is_in_year(text: str) -> bool:
    found = day(text)
    return found is not None and FIRST <= found <= LAST


def children(where: Callable[[Row], bool]) -> int:
    """Children with an episode, not of short breaks, of which `where` is so."""
    with (THIRD_PARTY / "episodes.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return len({r["CHILD"] for r in rows if r["LS"] not in SHORT_BREAKS and where(r)})


def left_for(*reasons: str) -> int:
    return children(lambda row: is_in_year(row["DEC"]) and row["REC"] in reasons)


@pytest.mark.slow
@pytest.mark.skipif(not THIRD_PARTY.is_dir(), reason="the third-party SSDA903 files aren't here")
def test_figures_of_a_return_of_others_are_those_that_the_page_explains(tmp_path: Path) -> None:
    home = Home(tmp_path)
    shutil.copytree(THIRD_PARTY, home.landing / "993" / "2018-03" / "ssda903")
    analyst_db = built(home, ["993"], "2018-03", judged=False).analyst_db
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        rows = connection.execute(
            "select indicator_code, numerator, denominator from indicators.rpt_indicator "
            "where period_end_date = ? and period_type in ('year', 'month_end') "
            "and breakdown = 'all' and availability = 'available'",
            [LAST],
        ).fetchall()
    found = {code: (numerator, denominator) for code, numerator, denominator in rows}
    table = page_table()
    ours = {}
    for code, (_, told) in table.items():
        numerator, denominator = found[code]
        ours[code] = f"{numerator:,}" + (f" of {denominator:,}" if " of " in told else "")
    assert ours == {code: told for code, (_, told) in table.items()}
    plain = {
        "CLA-01": children(lambda r: (day(r["DEC"]) or date.max) > LAST),
        "CLA-03": children(lambda r: is_in_year(r["DECOM"]) and r["RNE"] == "S"),
        "CLA-04": children(lambda r: is_in_year(r["DEC"]) and r["REC"] not in ("X1", "")),
        "PRM-01": left_for("E11", "E12"),
        "PRM-02": left_for("E43", "E44", "E45", "E46", "E47", "E48"),
        "PRM-03": left_for("E41"),
    }
    assert {code: table[code][0] for code in plain} == {
        code: f"{count:,}" for code, count in plain.items()
    }
