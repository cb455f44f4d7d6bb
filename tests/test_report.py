"""The page, the workbook and the worklist say what the tables behind them say."""

from __future__ import annotations

import csv
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from csc_warehouse import release, report
from csc_warehouse.settings import Home

Done = tuple[Home, dict[str, Any]]


class Cells(HTMLParser):
    """The text of every table row of a page, one list of cells each."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")
            self.depth = 1
        elif tag == "details":
            self.depth = 0

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self.depth = 0

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.rows[-1][-1] += f" {data.strip()}"


@pytest.fixture(scope="module")
def published(done: Done) -> release.Release:
    return release.current(done[0])


def newest_values(database: Path) -> dict[str, tuple[Any, ...]]:
    """Value, numerator and denominator of each available indicator's headline period."""
    sql = """
        select indicator_code, value, numerator, denominator, period_type
        from indicators.rpt_indicator
        where breakdown = 'all' and availability = 'available'
            and period_end_date = (
                select max(other.period_end_date) from indicators.rpt_indicator as other
                where other.indicator_code = rpt_indicator.indicator_code
                    and other.period_type = rpt_indicator.period_type
            )
        order by list_position(
            ['month_end', 'rolling_12_months', 'rolling_4_weeks', 'year'], period_type
        ) desc
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(sql).fetchall()
    # The first of the headline order comes last and stays.
    wanted = ("month_end", "rolling_12_months", "rolling_4_weeks", "year")
    return {row[0]: row[1:4] for row in rows if row[4] in wanted}


def test_every_figure_on_the_page_is_the_one_in_the_table(published: release.Release) -> None:
    reader = Cells()
    reader.feed(published.report.read_text(encoding="utf-8"))
    shown = {
        row[0].split()[-1]: [" ".join(cell.split()) for cell in row]
        for row in reader.rows
        if len(row) >= 7
    }
    expected = newest_values(published.analyst_db)
    assert len(expected) > 30
    for code, (value, numerator, denominator) in expected.items():
        cell = shown[code][2]
        if value is None:
            assert cell.startswith("–"), code
        elif denominator is None:
            assert cell == f"{value:,.0f}", code
        else:
            assert cell == f"{value:.1f}% {numerator:,.0f} of {denominator:,.0f}", code


def test_the_page_needs_nothing_from_outside_and_names_its_rows(published: release.Release) -> None:
    text = published.report.read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert "<script" not in text
    assert "http://" not in text.replace("http-equiv", "") and "https://" not in text
    assert text.count("<caption>") == text.count("<table>") > 0
    assert 'scope="row"' in text
    assert 'lang="en-GB"' in text


def test_the_same_release_makes_the_same_page(published: release.Release, tmp_path: Path) -> None:
    report.write(published.analyst_db, tmp_path)
    assert (tmp_path / "report" / "index.html").read_bytes() == published.report.read_bytes()
    assert (tmp_path / "worklist.csv").read_bytes() == (
        published.path / "worklist.csv"
    ).read_bytes()


def test_the_workbook_holds_the_same_values(published: release.Release) -> None:
    book = openpyxl.load_workbook(published.path / "indicators.xlsx", read_only=True)
    assert book.sheetnames == ["Cover", "Latest", "Periods"]
    header, *rows = book["Latest"].iter_rows(values_only=True)
    column = {name: number for number, name in enumerate(header)}
    found = {row[column["Code"]]: row for row in rows}
    for code, (value, _, denominator) in newest_values(published.analyst_db).items():
        assert found[code][column["Value"]] == pytest.approx(value), code
        if denominator is not None:
            assert found[code][column["Denominator"]] == denominator, code


def test_the_worklist_is_the_open_issues(published: release.Release) -> None:
    with (published.path / "worklist.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with duckdb.connect(str(published.analyst_db), read_only=True) as connection:
        open_issues = connection.execute(
            "select count(*) from dq.issue where state <> 'resolved'"
        ).fetchone()
    assert open_issues is not None
    assert len(rows) == open_issues[0] > 0
    assert all(row["what_is_wrong"] and row["how_to_resolve"] and row["owner"] for row in rows)
