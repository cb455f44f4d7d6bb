"""The report says what the tables behind it say, in every form and to every audience."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pypdf
import pytest

from csc_warehouse import report
from csc_warehouse.ask import releases
from csc_warehouse.disclosure import Cell
from csc_warehouse.places import Home
from csc_warehouse.report import public, reading, words
from csc_warehouse.report.control_chart import Kind, chart
from csc_warehouse.report.figures import Comparison, Release
from csc_warehouse.report.measures import Measure, View
from csc_warehouse.report.pages import answers
from csc_warehouse.report.selection import is_year_before

Done = tuple[Home, dict[str, Any]]

HIDDEN = "c"


class Figures(HTMLParser):
    """Every number of a page that says which cell it is of, with the text that people read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, float, str]] = []
        self.depth = 0
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "data-cell" in given:
            number = float(given.get("value") or given["data-value"])
            self.found.append((given["data-cell"], given["data-part"], number, ""))
            self.depth = 1
        elif self.depth and tag != "title":
            self.depth = 0

    def handle_endtag(self, tag: str) -> None:
        if tag in {"data", "title"}:
            self.depth = 0

    def handle_data(self, data: str) -> None:
        if self.depth:
            cell, part, number, text = self.found[-1]
            self.found[-1] = (cell, part, number, text + data)


@pytest.fixture(scope="module")
def published(done: Done) -> releases.Release:
    return releases.current(done[0])


@pytest.fixture(scope="module")
def everything(published: releases.Release) -> Release:
    with duckdb.connect(str(published.analyst_db), read_only=True) as connection:
        return reading.read(connection)


@pytest.fixture(scope="module")
def table(published: releases.Release) -> dict[str, dict[str, float | None]]:
    """`rpt_indicator` by the address that a page gives a cell."""
    with duckdb.connect(str(published.analyst_db), read_only=True) as connection:
        rows = connection.execute(
            """
            select concat_ws('|', la_code, indicator_code, period_type, period_start_date,
                    period_end_date, breakdown, breakdown_value),
                value, numerator, denominator, lower_bound, upper_bound
            from indicators.rpt_indicator where availability = 'available'
            """
        ).fetchall()
    parts = ("value", "numerator", "denominator", "lower_bound", "upper_bound")
    return {row[0]: dict(zip(parts, row[1:], strict=True)) for row in rows}


def pages(published: releases.Release, audience: str) -> Iterator[tuple[Path, Figures]]:
    for path in sorted((published.path / "report" / audience).glob("*.html")):
        reader = Figures()
        reader.feed(path.read_text(encoding="utf-8"))
        yield path, reader


def public_cells(published: releases.Release) -> dict[str, Cell]:
    cells = public.read(published.path / report.PUBLIC_FIGURES)
    return {"|".join(str(part) for part in cell.key): cell for cell in cells}


def expected(
    part: str, shown: dict[str, float | None], before: float | None, held: Comparison
) -> float | None:
    """What a derived number must be, from the cell, the year before and what it is held against."""
    value = shown["value"]
    if part in shown:
        return shown[part]
    simple = {
        "target": held.target,
        "neighbours": held.neighbours,
        "neighbours-minimum": held.neighbours_minimum,
        "neighbours-maximum": held.neighbours_maximum,
        "region": held.region,
        "england": held.england,
    }
    if part in simple:
        return simple[part]
    assert value is not None
    if part == "above-neighbours":
        assert held.neighbours is not None
        return abs(value - held.neighbours)
    if part == "above-england":
        assert held.england is not None
        return abs(value - held.england)
    assert before is not None
    return value - before if part == "change" else 100 * (value - before) / before


def year_before(address: str, table: dict[str, Any]) -> Any:
    from datetime import date

    *first, _, end, breakdown, value = address.split("|")
    for other, row in table.items():
        *other_first, _, other_end, other_breakdown, other_value = other.split("|")
        if (other_first, other_breakdown, other_value) == (first, breakdown, value) and (
            is_year_before(date.fromisoformat(other_end), date.fromisoformat(end))
        ):
            return row
    return None


def plain(text: str) -> float | None:
    """The number that people read, without its unit."""
    kept = text.split(": ")[-1].replace("−", "-").replace(",", "").split(" ")[0].strip("%+")
    try:
        return float(kept)
    except ValueError:
        return None


def test_every_number_on_an_officers_page_is_that_of_the_table(
    published: releases.Release, table: dict[str, Any], everything: Release
) -> None:
    seen = 0
    for path, reader in pages(published, "officers"):
        for address, part, number, text in reader.found:
            la_code, code = address.split("|")[:2]
            before = year_before(address, table) if part.startswith("change") else None
            held = everything.comparisons.get((la_code, code), Comparison())
            right = expected(part, table[address], before and before["value"], held)
            assert right is not None and number == pytest.approx(right), (path.name, address, part)
            said = plain(text)
            assert said is None or said == pytest.approx(right, abs=0.5001), (address, part, text)
            seen += 1
    assert seen > 1000


def test_every_number_on_a_public_page_is_that_of_the_protected_list(
    published: releases.Release, everything: Release
) -> None:
    cells = public_cells(published)
    rows = {
        address: {
            "value": cell.value, "numerator": cell.numerator, "denominator": cell.denominator
        }
        for address, cell in cells.items()
    }  # fmt: skip
    seen = 0
    for path, reader in pages(published, "members"):
        for address, part, number, _ in reader.found:
            la_code, code = address.split("|")[:2]
            before = year_before(address, rows) if part.startswith("change") else None
            held = everything.comparisons.get((la_code, code), Comparison())
            right = expected(part, rows[address], before and before["value"], held)
            assert right is not None and number == pytest.approx(right), (path.name, address, part)
            seen += 1
    assert seen > 1000


def test_the_data_quality_page_counts_the_open_issues_of_each_rule(
    published: releases.Release,
) -> None:
    """Read back from the page: rule, severity, open issues and the age of the oldest."""
    page = (published.path / "report" / "data_quality" / "index.html").read_text("utf-8")
    rows = re.findall(
        r'<a href="rules/([^"]+)\.html">\1</a></th>(?:<td>[^<]*</td>)*?<td>(\w+)</td>'
        r'<td class="number">([\d,]+)</td><td class="number">([\d,]+)</td>',
        page,
    )
    said = {
        (rule, severity, int(count.replace(",", "")), int(age))
        for rule, severity, count, age in rows
    }
    with duckdb.connect(str(published.analyst_db), read_only=True) as connection:
        right = connection.execute(
            "select rule_id, severity, count(*), max(age_months) from dq.issue "
            "inner join dq.expectation using (rule_id) where state <> 'resolved' "
            "group by rule_id, severity, la_code"
        ).fetchall()
    assert said == set(right)
    assert len(rows) == len(right) > 10
    lead = re.search(r'<p class="lead">([\d,]+) open issues', page)
    assert lead is not None
    assert int(lead[1].replace(",", "")) == sum(row[2] for row in right)


def test_a_question_compares_like_with_like(everything: Release) -> None:
    """Its lines end on the same days, and the newest stands beside the same of a year before."""
    view = View(everything, everything.cells, with_bounds=True)
    (authority,) = everything.authorities
    compared = 0
    for topic in everything.topics:
        for answer in answers(view, authority, topic):
            kinds = {line.cells[-1].period_type for line in answer.lines}
            assert len(kinds & {"month", "quarter", "year"}) <= 1, answer.question
            if "rolling_4_weeks" not in kinds:
                assert len({line.cells[-1].period_end_date for line in answer.lines}) <= 1
            for line in answer.lines:
                if line.before is not None:
                    newest = line.cells[-1]
                    assert line.before.period_type == newest.period_type
                    assert is_year_before(line.before.period_end_date, newest.period_end_date)
                    compared += 1
    assert compared > 5


def test_a_distribution_says_its_largest_parts_and_no_line_of_hundreds(
    everything: Release,
) -> None:
    """What it is a hundred percent of says nothing; the largest parts do, and are in its table."""
    view = View(everything, everything.cells, with_bounds=True)
    (authority,) = everything.authorities
    found = 0
    for topic in everything.topics:
        for measure in view.topic(authority, topic):
            if not measure.is_distribution or measure.headline is None:
                continue
            found += 1
            assert measure.line == () and measure.before is None and measure.bounds is None
            shares = sorted(
                (cell.value or 0.0 for cell in measure.tables[0].cells
                 if cell.breakdown_value != "not known"),
                reverse=True,
            )  # fmt: skip
            assert not any(shares) or [cell.value for cell in measure.most_common] == [
                share for share in shares[:2] if share
            ]
            for cell in measure.most_common:
                assert cell.breakdown_value in str(words.headline(measure))
                assert words.address(cell) in str(words.opening(measure))
            assert "100.0%</data> at" not in str(words.opening(measure))
    assert found >= 5


def test_the_whole_of_a_distribution_is_in_no_form(
    published: releases.Release, everything: Release
) -> None:
    codes = {
        code for code, row in everything.register.items()
        if str(row["aggregation"]).startswith("distribution")
    }  # fmt: skip
    of_one = [cell for cell in public_cells(published).values() if cell.indicator_code in codes]
    assert of_one and "all" not in {cell.breakdown for cell in of_one}
    for path, sheet, title in (
        (published.path / "report" / "members" / "figures.xlsx", "Headlines", "Measure"),
        (published.path / "indicators.xlsx", "Latest", "Indicator"),
    ):
        rows = list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))
        header = next(row for row in rows if "Code" in row)
        parts = [
            (row[header.index(title)], row[header.index("Value")])
            for row in rows
            if row[header.index("Code")] in codes
        ]
        # Of members everything may be hidden here; under the name of the whole stands a symbol.
        assert parts and ("figures" in path.name or any(": " in str(name) for name, _ in parts))
        assert all(": " in str(name) or not isinstance(value, float | int) for name, value in parts)


def test_what_is_hidden_stands_in_no_public_form(published: releases.Release) -> None:
    cells = public_cells(published)
    hidden = {address for address, cell in cells.items() if cell.symbol == HIDDEN}
    assert hidden, "the small month has small counts"
    for path, reader in pages(published, "members"):
        for address, part, _, _ in reader.found:
            cell = cells[address]
            assert part not in {"value", "numerator"} or address not in hidden, (path, address)
            assert part != "denominator" or cell.denominator is not None
    members = published.path / "report" / "members"
    book = openpyxl.load_workbook(members / "figures.xlsx")
    for sheet in book.worksheets:
        assert sheet.sheet_state == "visible"
        assert not any(row.hidden for row in sheet.row_dimensions.values())
        assert not any(column.hidden for column in sheet.column_dimensions.values())


def test_the_public_list_has_no_extremes_and_no_bounds(published: releases.Release) -> None:
    assert not {"minimum", "maximum"} & {
        cell.aggregation for cell in public_cells(published).values()
    }
    for path, reader in pages(published, "members"):
        assert not {"lower_bound", "upper_bound"} & {part for _, part, _, _ in reader.found}, path


def test_no_page_needs_anything_from_outside(published: releases.Release) -> None:
    paths = sorted(
        path for part in ("report", "worklist") for path in (published.path / part).rglob("*.html")
    )
    assert len(paths) > 20
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert "default-src 'none'" in unescape(text) and 'lang="en-GB"' in text
        assert "http://" not in text and "https://" not in text, path
        assert " style=" not in text and " onclick=" not in text, path
        assert text.count("<caption>") == text.count("<table"), path
        for target in _links(text):
            assert (path.parent / target).resolve().is_file(), (path, target)


def _links(text: str) -> Iterator[str]:
    for piece in text.split('href="')[1:]:
        target = piece.split('"')[0].split("#")[0]
        if target:
            yield target


def test_the_same_release_makes_the_same_bytes(published: releases.Release, tmp_path: Path) -> None:
    restricted_db = published.path / "restricted.duckdb"
    begun = report.begin(published.analyst_db, tmp_path)
    report.finish(begun, published.analyst_db, restricted_db, tmp_path)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert {str(path.parent) for path in made} == {
        ".", "report", "report/data_quality", "report/data_quality/assets",
        "report/data_quality/rules", "report/members", "report/members/assets",
        "report/officers", "report/officers/assets", "worklist", "worklist/assets",
    }  # fmt: skip
    for path in made:
        assert (tmp_path / path).read_bytes() == (published.path / path).read_bytes(), path


def test_the_public_figures_come_back_as_they_were_written(
    published: releases.Release, everything: Release, tmp_path: Path
) -> None:
    path = published.path / report.PUBLIC_FIGURES
    cells = public.read(path)
    public.write(everything, cells, tmp_path / "figures.csv")
    assert (tmp_path / "figures.csv").read_bytes() == path.read_bytes()
    assert public.read(tmp_path / "absent.csv") == []


@pytest.fixture(scope="module")
def pack(published: releases.Release) -> pypdf.PdfReader:
    return pypdf.PdfReader(published.path / "report" / "members" / "pack.pdf")


def said_on(page: pypdf.PageObject) -> str:
    return " ".join(page.extract_text().split())


def test_the_pack_is_tagged_and_says_each_headline(
    pack: pypdf.PdfReader, published: releases.Release, everything: Release
) -> None:
    root = pack.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en-GB"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    # Without blanks: a line may end in a hyphen.
    text = "".join(map(said_on, pack.pages)).replace(" ", "")
    view = View(everything, list(public_cells(published).values()), with_bounds=False)
    (authority,) = everything.authorities
    said = 0
    for topic in everything.topics:
        for measure in view.topic(authority, topic):
            cell = measure.headline
            if cell is None:
                continue
            # A row of the table, whole and on one page; of a distribution its sentence.
            row = (
                f"{measure.title} {words.period(cell, short=True)} "
                f"{words.in_words(measure, cell).striptags()}"
            )
            if cell.value is None and not (measure.is_distribution and measure.most_common):
                row = measure.title
            elif measure.is_distribution:
                row = words.headline(measure).striptags()
            assert row.replace(" ", "") in text, measure.code
            said += 1
    assert said > 100


def test_the_pack_opens_with_what_matters_then_a_page_a_topic_then_the_table(
    pack: pypdf.PdfReader, everything: Release
) -> None:
    first, *others = map(said_on, pack.pages)
    assert "What matters" in first and "Every headline" not in first
    assert 1 <= first.count("See page") <= 5
    titles = [topic.title for topic in everything.topics]
    opens = [next((each for each in titles if text.startswith(each)), "") for text in others]
    topics = list(dict.fromkeys(each for each in opens if each))
    table = next(n for n, text in enumerate(others) if text.startswith("Every headline"))
    assert len(topics) > 5 and table == len(topics)
    assert opens[:table] == topics
    # No symbol stands for a figure: words say what is hidden.
    assert not any(re.search(r"(?<![\w.])[czx](?![\w.])", text) for text in others[table:])


def test_the_charts_of_the_pack_are_drawn_in_their_colours(pack: pypdf.PdfReader) -> None:
    """WeasyPrint draws what has no style of its own in black, the usual range over the line."""
    usual, line = b"0.917647 0.941176 0.937255 rg", b"0.039216 0.32549 0.380392 RG"
    contents = [page.get_contents().get_data() for page in pack.pages]  # type: ignore[union-attr]
    assert usual in contents[0] and line in contents[0]
    assert sum(usual in each and line in each for each in contents[1:]) > 3


def test_each_chart_of_the_pack_says_what_it_shows(pack: pypdf.PdfReader) -> None:
    found = []
    waiting = [pack.trailer["/Root"]["/StructTreeRoot"]]  # type: ignore[index]
    while waiting:
        part = waiting.pop().get_object()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            waiting += [part["/K"]] if "/K" in part else []
            found += [part.get("/Alt", "")] if part.get("/S") == "/Figure" else []
    assert len(found) > 5
    assert all(text.startswith("Line chart. ") for text in found)


def test_the_public_workbook_has_one_table_a_sheet(published: releases.Release) -> None:
    path = published.path / "report" / "members" / "figures.xlsx"
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:4] == ["Cover", "Contents", "Notes", "Headlines"]
    for sheet in book.worksheets[1:]:
        assert len(sheet.tables) == 1, sheet.title
        assert sheet["A1"].value, sheet.title
        assert not sheet.merged_cells.ranges
    cells = public_cells(published)
    shown = {
        (row[1], row[4], row[5], row[6], row[7]): row[8]
        for sheet in book.worksheets[4:]
        for row in sheet.iter_rows(values_only=True)
        if row[4] and str(row[4])[:2] == "20"
    }
    assert len(shown) > 500
    for cell in cells.values():
        days = (cell.period_start_date.isoformat(), cell.period_end_date.isoformat())
        group = cell.breakdown.replace("_", " "), cell.breakdown_value
        value = shown[cell.indicator_code, *days, *group]
        if cell.value is None:
            assert value in {"c", "z", "x"}, cell.key
        else:
            assert value == pytest.approx(cell.value), cell.key
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if "externalLink" in name]


def test_the_officers_workbook_displays_rounded_and_holds_unrounded(
    published: releases.Release, everything: Release
) -> None:
    book = openpyxl.load_workbook(published.path / "indicators.xlsx")
    assert book.sheetnames == ["Cover", "Latest", "Periods"]
    header, *rows = book["Latest"].iter_rows()
    column = {cell.value: number for number, cell in enumerate(header)}
    found = {(row[column["Code"]].value, row[column["Indicator"]].value): row for row in rows}
    view = View(everything, everything.cells, with_bounds=True)
    (authority,) = everything.authorities
    for (code, title), row in found.items():
        measure = view.measure(authority, str(code))
        newest = dict(measure.newest)[str(title)]
        if newest and newest.value is not None:
            cell = row[column["Value"]]
            assert cell.value == pytest.approx(newest.value), code
            display = {"percent": '0.0"%"', "count": "#,##0"}.get(measure.register["unit"])
            assert cell.number_format == (display or "#,##0.0"), code
    assert len(found) >= 40


def test_a_control_chart_is_made_of_what_is_shown(
    published: releases.Release, everything: Release
) -> None:
    cells = list(public_cells(published).values())
    view = View(everything, cells, with_bounds=False)
    (authority,) = everything.authorities
    measures: list[Measure] = [
        view.measure(authority, code) for code in everything.register if view.has(authority, code)
    ]
    charted = [measure for measure in measures if measure.points]
    assert len(charted) > 10
    for measure in charted:
        if measure.line[0].is_rate:
            continue
        sizes = [
            (cell.period_end_date - cell.period_start_date).days + 1.0
            if measure.kind is Kind.COUNT
            else cell.denominator
            for cell in measure.line
        ]
        right = chart(measure.kind, [cell.value for cell in measure.line], sizes)
        assert measure.points == right, measure.code
