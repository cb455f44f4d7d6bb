"""Annex A: each quirk of its workbooks is read; its figures are those of the standard dataset."""

from __future__ import annotations

import csv
import shutil
import string
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from csc_fictional import generate
from csc_fictional.annex_a import lists
from csc_warehouse import lake
from csc_warehouse.errors import DataRefused
from csc_warehouse.intake.adapters.annex_a import NO_LIST
from csc_warehouse.intake.inspection import inspect
from csc_warehouse.intake.landing import land
from csc_warehouse.lake.declarations import load_source
from csc_warehouse.places import Home
from library.built import built

LA, MONTH = "991", "2022-09"
HEADERS = {written.number: [column.header for column in written.columns] for written in lists()}
CONTACTS = "list_1_contacts"

Rows = list[dict[str, Any]]
Draw = Callable[[Any, Any], None]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def drop(home: Home, name: str = "Annex A.xlsx", month: str = MONTH) -> Path:
    """Where a file of that name is to be dropped."""
    folder = home.landing / LA / month / "annex_a"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def landed(home: Home) -> lake.LoadManifest:
    (manifest,) = land(home, LA, MONTH, settle_seconds=0)
    assert manifest.rows_in == manifest.rows_kept + manifest.rows_quarantined
    return manifest


def rows(home: Home, manifest: lake.LoadManifest, table: str = CONTACTS) -> Rows:
    return [
        row
        for path in lake.parquet_files(home, manifest, table)
        for row in pq.ParquetFile(path).read().to_pylist()
    ]


def contact(home: Home, cells: Sequence[Any], header: Sequence[str] | None = None) -> Rows:
    """The rows of a workbook with one sheet of contacts, one row, as landed."""
    with xlsxwriter.Workbook(drop(home)) as book:
        sheet = book.add_worksheet("Any name")
        sheet.write_row(0, 0, header or HEADERS[1])
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for place, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write_datetime(1, place, datetime(cell.year, cell.month, cell.day), day)
            elif cell is not None:
                sheet.write(1, place, cell)
    return rows(home, landed(home))


CHILD = ["1", "b) Female", "a) WBRI - White British", date(2010, 2, 1), 12.6]


# --- Sheets and headers ---------------------------------------------------------------------------


def test_sheets_are_found_by_headers_not_by_names(home: Home) -> None:
    """In any order, under any name, below a title; a cover is left out, not missed."""
    with xlsxwriter.Workbook(drop(home)) as book:
        book.add_worksheet("Cover").write(0, 0, "Annex A, 30 September")
        for number in (9, 3, 1, 8):
            sheet = book.add_worksheet(f"Tab {number * 7}")
            sheet.merge_range(0, 0, 0, 5, "Child-level data, not for publication")
            sheet.write_row(3, 0, HEADERS[number])
            sheet.write_row(4, 0, ["1", "Male"])
    manifest = landed(home)
    assert [table.name for table in manifest.tables] == [
        "list_1_contacts", "list_3_referrals", "list_8_looked_after_children",
        "list_9_care_leavers",
    ]  # fmt: skip
    assert all(table.rows_kept == 1 and not table.columns_missing for table in manifest.tables)
    cover = next(file for file in manifest.files if file.name.endswith("#Cover"))
    assert (cover.outcome, cover.reason) == (lake.FILE_NOT_STORED, NO_LIST)
    (row,) = rows(home, manifest)
    assert row["_row_number"] == 5


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Child ID", "child_unique_id"),
        ("ChildUniqueID", "child_unique_id"),
        ("Identifier of the child", "child_unique_id"),
        ("D.O.B. / Date of child's birth", "date_of_birth"),
        ("DATE OF\n BIRTH", "date_of_birth"),
        ("Date of first contact", "date_of_contact"),
        ("Age", "age_of_child_years"),
        ("Age of Child (Years)", "age_of_child_years"),
        ("  [Contact Source]", "contact_source"),
    ],
)
def test_headers_by_name_alias_or_pattern(header: str, column: str) -> None:
    names = [*HEADERS[1][1:3], header]
    assert load_source("annex_a").table(CONTACTS).match_headers(names)[column] == 2


def test_smart_quotes_and_stray_brackets_in_headers() -> None:
    """‘Missing’ with Word's quotation marks, and the UASC header with a bracket too many."""
    table = load_source("annex_a").table("list_8_looked_after_children")
    matched = table.match_headers(HEADERS[8])
    assert len(matched) == len(table.delivered) == len(HEADERS[8])
    assert any("‘" in header for header in HEADERS[8])
    assert any("))" in header for header in HEADERS[8])
    assert list(matched.values()) == list(range(len(HEADERS[8])))


@pytest.mark.parametrize("number", sorted(HEADERS))
def test_every_list_is_known_by_its_official_headers(number: int) -> None:
    declared = load_source("annex_a")
    (table,) = [item for item in declared.tables if item.name.startswith(f"list_{number}_")]
    matched = table.match_headers(HEADERS[number])
    assert list(matched) == [column.name for column in table.delivered]
    assert list(matched.values()) == list(range(len(HEADERS[number])))


def test_a_hidden_copy_of_a_list_is_left_out(home: Home) -> None:
    with xlsxwriter.Workbook(drop(home)) as book:
        for name, child in (("old", "9"), ("List 1", "1")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, HEADERS[1])
            sheet.write_row(1, 0, [child])
        book.get_worksheet_by_name("List 1").activate()  # type: ignore[union-attr]
        book.get_worksheet_by_name("old").hide()  # type: ignore[union-attr]
    assert [row["child_unique_id"] for row in rows(home, landed(home))] == ["1"]


def test_a_list_on_a_hidden_sheet_alone_is_read(home: Home) -> None:
    with xlsxwriter.Workbook(drop(home)) as book:
        book.add_worksheet("Cover").write(0, 0, "Annex A")
        sheet = book.add_worksheet("List 1")
        sheet.write_row(0, 0, HEADERS[1])
        sheet.write_row(1, 0, ["1"])
        sheet.hide()
    assert len(rows(home, landed(home))) == 1


def test_a_list_that_is_not_known_is_put_aside_with_file_sheet_and_reason(home: Home) -> None:
    with xlsxwriter.Workbook(drop(home)) as book:
        known = book.add_worksheet("List 1")
        known.write_row(0, 0, HEADERS[1])
        known.write_row(1, 0, ["1"])
        odd = book.add_worksheet("List 3")
        odd.write_row(0, 0, ["Spalte A", "Spalte B"])
        odd.write_row(1, 0, ["1", "2"])
    manifest = landed(home)
    (aside,) = [file for file in manifest.files if file.outcome == lake.FILE_QUARANTINED]
    assert aside.name == "Annex A.xlsx#List 3"
    assert aside.reason and aside.what_to_do


def test_a_workbook_without_any_list_is_refused(home: Home) -> None:
    with xlsxwriter.Workbook(drop(home)) as book:
        book.add_worksheet("Cover").write(0, 0, "Annex A")
    with pytest.raises(DataRefused, match="none of its files holds a table"):
        landed(home)


def test_adopters_are_known_and_not_stored(home: Home) -> None:
    with xlsxwriter.Workbook(drop(home)) as book:
        for number in (1, 11):
            book.add_worksheet(f"List {number}").write_row(0, 0, HEADERS[number])
    manifest = landed(home)
    assert [table.name for table in manifest.tables] == [CONTACTS]


# --- Cells ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("epoch_1904", [False, True])
def test_days_as_dates_numbers_and_text(home: Home, epoch_1904: bool) -> None:
    """A date cell and a bare day number are the same day, in the calendar of the workbook."""
    day = date(2022, 9, 1)
    number = (day - (date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30))).days
    with xlsxwriter.Workbook(drop(home), {"date_1904": epoch_1904}) as book:
        sheet = book.add_worksheet("List 1")
        sheet.write_row(0, 0, HEADERS[1])
        style = book.add_format({"num_format": "dd/mm/yyyy"})
        for place, cell in enumerate([datetime(2022, 9, 1), number, "01/09/2022"], start=1):
            sheet.write(place, 0, str(place))
            sheet.write(place, 5, cell, style if isinstance(cell, datetime) else None)
    found = [row["date_of_contact"] for row in rows(home, landed(home))]
    assert found == ["2022-09-01", "2022-09-01", "01/09/2022"] or found == [
        "2022-09-01 00:00:00", "2022-09-01", "01/09/2022",
    ]  # fmt: skip


def test_formulas_count_with_their_last_value(home: Home) -> None:
    with xlsxwriter.Workbook(drop(home)) as book:
        sheet = book.add_worksheet("List 1")
        sheet.write_row(0, 0, HEADERS[1])
        style = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_formula(1, 0, "=A9", None, "1")
        sheet.write_formula(1, 5, "=H2+5", style, 44805)
        sheet.write_formula(2, 0, "=A10", None, "2")
        sheet.write_formula(2, 5, "=H3", style, 0)  # points to an empty cell
    first, second = rows(home, landed(home))
    assert (first["child_unique_id"], first["date_of_contact"][:10]) == ("1", "2022-09-01")
    assert second["date_of_contact"] is None


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!"])
def test_errors_are_no_value_and_no_worker(home: Home, error: str) -> None:
    """In a cell of Excel or as text in a CSV: no team, worker or child is called #N/A."""
    with xlsxwriter.Workbook(drop(home)) as book:
        sheet = book.add_worksheet("List 3")
        sheet.write_row(0, 0, HEADERS[3])
        sheet.write(1, 0, "1")
        sheet.write_formula(1, 9, "=VLOOKUP(1,2,3)", None, error)
        sheet.write_formula(1, 10, "=VLOOKUP(1,2,3)", None, error)
    path = drop(home, "list 3 again.csv")
    cells = ["2", *[""] * 4, "01/09/2022", "", "", "", error, error]
    path.write_text("\n".join(",".join(line) for line in ([*HEADERS[3]], cells)))
    found = rows(home, landed(home), "list_3_referrals")
    assert len(found) == 2
    assert {(row["allocated_team"], row["allocated_worker"]) for row in found} == {(None, None)}


def test_rows_of_formulas_written_ahead_are_put_aside(home: Home) -> None:
    with xlsxwriter.Workbook(drop(home)) as book:
        sheet = book.add_worksheet("List 1")
        sheet.write_row(0, 0, HEADERS[1])
        sheet.write(1, 0, "1")
        sheet.write(2, 5, " ")
    manifest = landed(home)
    assert (manifest.rows_kept, manifest.rows_quarantined) == (1, 1)
    text = (home.quarantine / manifest.load_id / "rows.csv").read_text()
    assert "Annex A.xlsx,List 1,3," in text


def test_ages_with_decimals_or_words_do_no_harm(home: Home) -> None:
    assert len(contact(home, [*CHILD[:4], "8 months", date(2022, 9, 1), "6"])) == 1


def test_odd_spaces_make_no_second_worker(home: Home) -> None:
    with xlsxwriter.Workbook(drop(home)) as book:
        sheet = book.add_worksheet("List 3")
        sheet.write_row(0, 0, HEADERS[3])
        for place, (team, worker) in enumerate(
            [("North\xa0Team", "Dustin\xa0Example\xa0"), ("North Team ", "Dustin  Example")], 1
        ):
            sheet.write_row(place, 0, [str(place)])
            sheet.write_row(place, 9, [team, worker])
    found = rows(home, landed(home), "list_3_referrals")
    assert {row["allocated_team"] for row in found} == {"North Team"}
    assert len({row["allocated_worker"] for row in found}) == 1
    assert "Example" not in found[0]["allocated_worker"]


def test_smart_quotes_in_values_become_plain(home: Home) -> None:
    (row,) = contact(home, [*CHILD, date(2022, 9, 1), "Child’s “own” call"])
    assert row["contact_source"] == 'Child\'s "own" call'


def test_merged_cells_hold_their_value_in_each_row(home: Home) -> None:
    with xlsxwriter.Workbook(drop(home)) as book:
        sheet = book.add_worksheet("List 1")
        sheet.write_row(0, 0, HEADERS[1])
        sheet.merge_range(1, 0, 2, 0, "1")
        sheet.write(1, 5, "01/09/2022")
        sheet.write(2, 5, "02/09/2022")
    assert [row["child_unique_id"] for row in rows(home, landed(home))] == ["1", "1"]


def test_blank_birth_dates_and_junk_postcodes_are_kept(home: Home) -> None:
    with xlsxwriter.Workbook(drop(home)) as book:
        sheet = book.add_worksheet("List 8")
        sheet.write_row(0, 0, HEADERS[8])
        sheet.write(1, 0, "1")
        sheet.write(1, HEADERS[8].index("Placement postcode"), "nope")
    (row,) = rows(home, landed(home), "list_8_looked_after_children")
    assert row["date_of_birth"] is None
    assert row["placement_postcode"] not in (None, "nope")


# --- CSV ------------------------------------------------------------------------------------------


def csv_of(home: Home, name: str, header: Sequence[str], cells: Sequence[str]) -> None:
    with drop(home, name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, cells])


REFERRAL = ["1", "F", "WBRI", "01/02/2010", "12", "01/09/2022", "6", "No", "1", "Team", "Ann"]


def test_a_csv_is_read_by_name(home: Home) -> None:
    csv_of(home, "whatever.csv", HEADERS[3], REFERRAL)
    (row,) = rows(home, landed(home), "list_3_referrals")
    assert (row["referral_source"], row["date_of_referral"]) == ("6", "01/09/2022")


def test_a_csv_with_other_headers_is_read_by_order(home: Home) -> None:
    csv_of(home, "export_list_3.csv", list(string.ascii_uppercase[:11]), REFERRAL)
    (row,) = rows(home, landed(home), "list_3_referrals")
    assert (row["referral_source"], row["allocated_team"]) == ("6", "Team")


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("export_list_3.csv", [*REFERRAL[:5], "6", "01/09/2022", *REFERRAL[7:]]),  # other order
        ("export_list_3.csv", REFERRAL[:10]),  # a column less
        ("export.csv", REFERRAL),  # of no list
    ],
)
def test_order_is_not_trusted_where_the_columns_hold_something_else(
    home: Home, name: str, cells: list[str]
) -> None:
    csv_of(home, name, list(string.ascii_uppercase[: len(cells)]), cells)
    with pytest.raises(DataRefused, match="columns are not known"):
        landed(home)


# --- Whatever comes -------------------------------------------------------------------------------

cell = st.one_of(
    st.none(),
    st.text(st.sampled_from("a1 /-\xa0‘#N"), max_size=8),
    st.integers(-5, 99_999),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.dates(date(1901, 1, 1), date(2100, 1, 1)),
    st.sampled_from(["#N/A", "b) Female", "30/02/2022", "44805"]),
)
header = st.one_of(st.sampled_from(HEADERS[1] + HEADERS[8]), st.text(max_size=6))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(header, min_size=1, max_size=9),
    st.lists(st.lists(cell, max_size=9), max_size=6),
    st.integers(0, 3),
    st.sampled_from(["List 1", "list 8", "x"]),
)
def test_any_workbook_is_landed_or_refused(
    names: list[str], body: list[list[Any]], above: int, title: str
) -> None:
    with TemporaryDirectory() as folder:
        home = Home(Path(folder))
        with xlsxwriter.Workbook(
            drop(home), {"strings_to_formulas": False, "strings_to_urls": False}
        ) as book:
            sheet = book.add_worksheet(title)
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            sheet.write_row(above, 0, names)
            for place, line in enumerate(body, start=above + 1):
                for column, value in enumerate(line):
                    if isinstance(value, date):
                        sheet.write_datetime(place, column, value, day)
                    elif value is not None:
                        sheet.write(place, column, value)
        inspect(home.landing)
        try:
            manifest = landed(home)
        except DataRefused as refused:
            assert str(refused)
            return
        for table in manifest.tables:
            assert len(rows(home, manifest, table.name)) == table.rows_kept


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.text(max_size=6), max_size=12), max_size=6), st.integers(1, 11))
def test_any_csv_is_landed_or_refused(body: list[list[str]], number: int) -> None:
    with TemporaryDirectory() as folder:
        home = Home(Path(folder))
        with drop(home, f"list_{number}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([HEADERS[number], *body])
        try:
            landed(home)
        except DataRefused as refused:
            assert str(refused)


def test_a_workbook_of_300_rows_lands_in_two_seconds(home: Home) -> None:
    """300 rows on each of ten sheets, after the first landing has paid for the imports."""
    contact(home, [*CHILD, date(2022, 9, 1), "6"])
    with xlsxwriter.Workbook(drop(home)) as book:
        for number in range(1, 11):
            sheet = book.add_worksheet(f"List {number}")
            sheet.write_row(0, 0, HEADERS[number])
            for place in range(1, 301):
                sheet.write_row(place, 0, [str(place), "Male", "WBRI", 40_000, 12.5, 44_805])
    started = time.process_time()
    assert landed(home).rows_kept == 3_000
    assert time.process_time() - started < 2


# --- The same children, the same figures ----------------------------------------------------------

BOTH = {
    "CON-01", "REF-01", "REF-02", "REF-09", "RE-REF-DIS", "CIN-01", "CIN-01R", "ASM-01", "ASM-02",
    "ASM-04", "ASM-06", "S47-01", "S47-02", "ICPC-01", "ICPC-02", "CPP-01", "CPP-01R", "CPP-02",
    "CPP-03", "CPP-04", "CPP-06", "CPP-07", "CPP-10", "CLA-01", "CLA-03", "CLA-04", "CLA-07",
    "HLT-01", "CL-01", "CL-02", "CL-03", "CL-04", "CL-05", "CL-06",
}  # fmt: skip
#: Available, but one month's lists don't reach back far enough for any figure.
LATER = {"REF-03", "REF-04", "REF-05"}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A candidate of one month: 994 by the standard dataset, 995 the same by Annex A."""
    home = Home(tmp_path_factory.mktemp("annex"))
    made = tmp_path_factory.mktemp("made")
    for source in ("ssd", "annex_a"):
        generate("994", MONTH, MONTH, 0.05, 7, source, made, faults=False, dialect="clean")
    for la_code, source in (("994", "ssd"), ("995", "annex_a")):
        shutil.copytree(made / "994" / MONTH / source, home.landing / la_code / MONTH / source)
    return built(home, None, MONTH).analyst_db


def figures(release: Path, la_code: str) -> dict[tuple[str, str, date], tuple[Any, ...]]:
    with duckdb.connect(str(release), read_only=True) as connection:
        found = connection.execute(
            "select indicator_code, period_type, period_end_date, numerator, denominator, "
            "availability, unavailable_reason from indicators.rpt_indicator "
            "where la_code = ? and breakdown = 'all'",
            [la_code],
        ).fetchall()
    return {row[:3]: row[3:] for row in found}


def test_both_sources_give_the_same_figures(release: Path) -> None:
    """Every period of every indicator that the lists carry, and no other indicator."""
    of_ssd, of_lists = figures(release, "994"), figures(release, "995")
    available = {key: row for key, row in of_lists.items() if row[2] == "available"}
    assert {key[0] for key in available} == BOTH
    different = {
        key: (row[:2], of_ssd[key][:2])
        for key, row in available.items()
        if row[:2] != of_ssd[key][:2]
    }
    assert different == {}
    assert sum(row[0] or 0 for row in available.values()) > 1000


def test_what_the_lists_do_not_cover_says_so(release: Path) -> None:
    found = figures(release, "995")
    assert all(row[3] for row in found.values() if row[2] != "available")
    gaps = {key[0] for key, row in found.items() if row[2] == "not_delivered"}
    assert gaps >= LATER
    ends = [key[2] for key, row in found.items() if key[0] == "CLA-01" and row[2] == "available"]
    assert ends == [date(2022, 9, 30)]


def test_existing_rules_run_on_the_lists(release: Path) -> None:
    with duckdb.connect(str(release), read_only=True) as connection:
        found = connection.execute(
            "select distinct rule_id from dq.expectation_result where status = 'error'"
        ).fetchall()
    assert found == []


# --- csc inspect ----------------------------------------------------------------------------------


def test_inspect_says_what_a_workbook_is_and_shows_no_value(home: Home) -> None:
    contact(home, [*CHILD, date(2022, 9, 1), "6", "note"], [*HEADERS[1], "Notes on Mr Example"])
    seen = inspect(home.landing)
    (file,) = seen.files
    (table,) = file.tables
    assert (file.source, table.table, table.rows) == ("annex_a", CONTACTS, 1)
    assert table.columns_unknown == ("(column 8)",)
    (feed,) = seen.feeds
    assert (feed.indicators, feed.subjects) == (("CON-01", "CON-02"), ("front_door",))
    assert "Example" not in str(seen.to_dict())


def test_inspect_says_what_a_file_lacks_for_an_indicator(home: Home) -> None:
    csv_of(home, "x.csv", [name for name in HEADERS[1] if "Date of Contact" not in name], ["1"])
    (feed,) = inspect(home.landing).feeds
    missing = (f"{CONTACTS}.date_of_contact",)
    assert feed.lacking == {"CON-01": missing, "CON-02": missing}


def test_inspect_tells_the_collection_year_and_the_case_system(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC\n1,02/04/2017,S,V2,N1,U6,31/03/2018,X1\n"
    )
    (tmp_path / "ssd_cla_health.csv").write_text(
        "clah_health_check_id,clah_person_id,clah_health_check_date\n1,1,2022-09-01 00:00:00.000\n"
    )
    year, system = inspect(tmp_path).files
    assert (year.source, year.particulars) == ("ssda903", {"collection_year": "2017-18"})
    assert (system.source, system.particulars) == ("ssd", {"dialect": "systemc"})


def test_inspect_does_not_know_everything(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing in particular\n")
    seen = inspect(tmp_path)
    assert not seen.is_known
    assert seen.feeds == ()
