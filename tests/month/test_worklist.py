"""The worklist of a release: each failing record once, with the case system's own ids."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from csc_warehouse.ask import releases
from csc_warehouse.command.cli import main
from csc_warehouse.places import Home
from csc_warehouse.report import reading, worklist


@pytest.fixture(scope="module")
def published(done: tuple[Home, dict[str, Any]]) -> Path:
    return releases.current(done[0]).path


def failing(published: Path) -> set[tuple[str, str]]:
    """Child and record ids of what fails, from the two databases."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published / 'analyst.duckdb'}' as analyst (read_only)")
        connection.execute(f"attach '{published / 'restricted.duckdb'}' as restricted (read_only)")
        return set(
            connection.execute(
                "select child.person_id, record.record_id from analyst.dq.issue as issue "
                "left join restricted.child_link as child using (la_code, child_key) "
                "left join restricted.record_link as record "
                "on issue.record_key = record.record_key and issue.table_name = record.table_name "
                "where issue.state <> 'resolved'"
            ).fetchall()
        )


def test_the_workbook_has_each_failing_record(published: Path) -> None:
    book = openpyxl.load_workbook(published / "worklist" / "worklist.xlsx", read_only=True)
    sheets = [list(sheet.values) for sheet in book.worksheets[3:]]
    assert sheets and all(rows[0][:3] == ("Child", "Record", "Record id") for rows in sheets)
    found = [row for rows in sheets for row in rows[1:]]
    with duckdb.connect(str(published / "analyst.duckdb"), read_only=True) as connection:
        count = connection.execute(
            "select count(*) from dq.issue where state <> 'resolved'"
        ).fetchone()
    assert (len(found),) == count
    expected = {(child or "not known", record) for child, record in failing(published)}
    assert {(row[0], row[2]) for row in found} == expected


def test_pages_have_each_failing_record_and_load_nothing(published: Path) -> None:
    folder = published / "worklist"
    pages = {path.name: path.read_text() for path in folder.glob("*.html")}
    index = pages.pop("index.html")
    due = {name: pages.pop(name) for name in sorted(pages) if name.startswith("due")}
    links_of_due = set(re.findall(r'<a href="(due-[^"#]+\.html)"', due["due.html"]))
    assert links_of_due == due.keys() - {"due.html"}
    links = set(re.findall(r'<a href="([^"#]+\.html)"', index))
    by_worker = {name: pages.pop(name) for name in sorted(pages) if "-by-worker" in name}
    assert by_worker.keys() == {name.replace(".html", "-by-worker.html") for name in pages}
    assert pages.keys() | {"due.html"} == {link for link in links if "/" not in link}
    for page in (index, *pages.values(), *by_worker.values(), *due.values()):
        for link in re.findall(r'<a href="([^"#]+)"', page):
            assert (folder / link).is_file(), link
    rows = {
        sum(len(re.findall(r'<tr><th scope="row">', page)) for page in each.values())
        for each in (pages, by_worker)
    }
    with duckdb.connect(str(published / "analyst.duckdb"), read_only=True) as connection:
        count = connection.execute(
            "select count(*) from dq.issue where state <> 'resolved'"
        ).fetchone()
    assert count is not None and rows == {count[0]}
    script = '<script src="assets/report.js" defer></script>'
    assert (folder / "assets" / "report.js").is_file()
    for page in (index, *pages.values(), *by_worker.values(), *due.values()):
        page = page.replace(script, "")
        assert "default-src 'none'" in html.unescape(page) and "Restricted" in page
        assert "<script" not in page and "http://" not in page and "https://" not in page


def test_where_an_age_is_read_stands_from_when_it_is_counted(
    done: tuple[Home, dict[str, Any]],
    published: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    worklist = published / "worklist"
    pages = [path for path in worklist.glob("*.html") if not path.name.startswith("due")]
    for page in (*pages, published / "report" / "data_quality" / "index.html"):
        assert page.read_text().count("Ages are counted from 2022-09 on;") == 1, page
    monkeypatch.setenv("CSC_HOME", str(done[0].root))
    monkeypatch.setattr("sys.argv", ["csc", "issues"])
    with pytest.raises(SystemExit):
        main()
    said = capsys.readouterr().out
    assert "999: counted from 2022-09 on; what failed before is not known." in said
    assert "corrected since" not in said


def test_what_is_due_stands_on_a_page_and_in_the_workbook(published: Path) -> None:
    with duckdb.connect(str(published / "analyst.duckdb"), read_only=True) as connection:
        listed = connection.execute(
            "select count(*) from indicators.fct_due where month_end_date = '2022-09-30' "
            "and (is_overdue or working_days_left <= 20)"
        ).fetchone()
        later = connection.execute(
            "select count(*) from indicators.fct_due where working_days_left > 20"
        ).fetchone()
    assert listed is not None and later is not None and listed[0] > 5 and later[0] > 0
    pages = [path.read_text() for path in (published / "worklist").glob("due-*.html")]
    rows = sum(len(re.findall(r'<tr><th scope="row">', page)) for page in pages)
    book = openpyxl.load_workbook(published / "worklist" / "worklist.xlsx", read_only=True)
    assert listed[0] == rows == len(list(book["Due soon"].values)) - 1
    counts = re.findall(
        r'<td class="number(?: strong)?">(\d+)</td>',
        (published / "worklist" / "due.html").read_text(),
    )
    assert sum(int(count) for count in counts) == listed[0]


def test_the_same_release_makes_the_same_pages(published: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(published / "analyst.duckdb"), read_only=True) as connection:
        read = reading.read(connection)
    worklist.write(read, published / "analyst.duckdb", published / "restricted.duckdb", tmp_path)
    for path in (path for path in (published / "worklist").rglob("*") if path.is_file()):
        assert (
            tmp_path / path.relative_to(published / "worklist")
        ).read_bytes() == path.read_bytes()


def test_a_click_on_a_child_leads_into_the_case_system(published: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(published / "analyst.duckdb"), read_only=True) as connection:
        read = reading.read(connection)
    databases = published / "analyst.duckdb", published / "restricted.duckdb"
    worklist.write(read, *databases, tmp_path, "https://case.example/person/{child_id}?from=list")
    pages = [path.read_text() for path in tmp_path.glob("999-*.html")]
    links = {
        link for page in pages for link in re.findall(r'<th scope="row"><a href="(.*?)"', page)
    }
    children = {child for child, _ in failing(published) if child}
    assert links == {f"https://case.example/person/{child}?from=list" for child in children}
    assert worklist._link("https://case.example/{child_id}", "1/2 é") == (
        "https://case.example/1%2F2%20%C3%A9"
    )
    for nobody in ("not known", "P1, P2"):
        assert worklist._link("https://case.example/{child_id}", nobody) == ""


def test_progress_and_mail_say_what_the_tables_say_and_name_no_child(published: Path) -> None:
    page = (published / "worklist" / "index.html").read_text()
    (mail,) = re.findall(r"<pre.*?>(.*?)</pre>", page, re.DOTALL)
    with duckdb.connect(str(published / "analyst.duckdb"), read_only=True) as connection:
        teams = connection.execute(
            "select coalesce(owner_team, owner) as team, count(*) from dq.issue "
            "where state in ('open', 'reopened') group by team order by team"
        ).fetchall()
    assert re.findall(r"^- (.*?): (\d+) to correct", mail, re.MULTILINE) == [
        (team[:1].upper() + team[1:], str(count)) for team, count in teams
    ]
    assert not re.search(r"\b[PR]\d\d\b", mail)
    (progress,) = re.findall(r'id="progress">.*?</table>', page, re.DOTALL)
    shown = re.findall(r'<th scope="row">(.*?)</th>.*?<td class="number">(\d+)</td>', progress)
    assert [int(count) for _, count in shown] == [count for _, count in teams]


def test_what_came_since_last_month_stands_first() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create schema dq; create schema ops; create schema restricted; "
            "create schema indicators; create schema marts; "
            "create table ops.release as select '2022-09' as month; "
            "create table dq.expectation as select 'R' as rule_id, 'why' as why, "
            "'do' as how_to_resolve, 'warn' as severity; "
            "create table dq.expectation_indicator (rule_id text, indicator_code text); "
            "create table indicators.rpt_indicator (la_code text, indicator_code text, "
            "value double, lower_bound double, upper_bound double, period_end_date date, "
            "breakdown text, period_type text); "
            "create table marts.dim_authority (la_code text, as_at_date date); "
            "create table restricted.child_link (la_code text, child_key text, person_id text); "
            "create table restricted.record_link (la_code text, table_name text, "
            "record_key text, record_id text, load_id text, source_file text, row_number int); "
            "create table restricted.file_link (la_code text, load_id text, source_file text, "
            "file_name text); "
            "create table dq.issue as select issue_key, 'R' as rule_id, '999' as la_code, "
            "'t' as table_name, issue_key as record_key, 'c' as child_key, 'f' as column_name, "
            "first_seen_month, opened_month, state, 'owner' as owner, null as owner_team, "
            "null as worker_key, age_months from (values "
            "('old', '2022-01', '2022-01', 'open', 8), ('back', '2022-02', '2022-09', "
            "'reopened', 0), ('new', '2022-09', '2022-09', 'open', 0), "
            "('left', '2022-09', '2022-09', 'accepted', 0)) "
            "as issue (issue_key, first_seen_month, opened_month, state, age_months); "
        )
        rows = worklist._dictionaries(connection, "worklist_record", named=3)
    assert [(row["came"], row["first_seen"]) for row in rows] == [
        ("back", "2022-02"), ("new", "2022-09"), ("", "2022-01"), ("", "2022-09"),
    ]  # fmt: skip


def test_sheet_names_are_short_plain_and_different() -> None:
    taken: set[str] = set()
    names = [worklist._sheet_name("991 Team: a/b [x] " + "long " * 9, taken) for _ in "abc"]
    assert len({name.lower() for name in names}) == 3
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)
