"""Dates, words for nothing and rows that are no record, by kind and in every source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from csc_warehouse import lake
from csc_warehouse.intake.landing import land
from csc_warehouse.intake.rows import BLANK_ROW, HEADER_AGAIN, TOTALS_ROW
from csc_warehouse.intake.written_dates import (
    DAY_FIRST,
    IMPLAUSIBLE,
    ISO,
    SLASHED,
    form_of,
)
from csc_warehouse.lake.declarations import EXPECTED_DATE, load_source
from csc_warehouse.lake.identity import NOTHING, normalised_id
from csc_warehouse.places import DBT_PROJECT, Home
from library.dirty_files import (
    DATE_COLUMN,
    MONTH,
    PERSON_COLUMN,
    SOURCES,
    TABULAR,
    WRITTEN,
    landed,
    row,
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def rows_of(home: Home, manifest: lake.LoadManifest, source: str) -> list[dict[str, Any]]:
    """The rows of the source's table in the lake."""
    (path,) = lake.parquet_files(home, manifest, SOURCES[source][0])
    return pq.read_table(path).to_pylist()


def reasons(home: Home, manifest: lake.LoadManifest) -> dict[int, str]:
    """Why rows were put aside, by their number in the file."""
    path = home.quarantine / manifest.load_id / "rows.csv"
    with duckdb.connect() as connection:
        found = connection.execute(
            "select row_number::integer, reason from read_csv(?, all_varchar = true)", [str(path)]
        ).fetchall()
    return dict(found)


@pytest.mark.parametrize("source", TABULAR)
def test_header_again_totals_and_blank_rows_are_no_records(home: Home, source: str) -> None:
    header = SOURCES[source][2]
    width = header.count(",")
    manifest = landed(
        home,
        source,
        [
            row(source, "7", "2022-03-01"),
            header,
            row(source, "7", "2022-03-02", 2),
            "Total" + "," * width,
            "Grand Total: 2" + "," * width,
            row(source, "TOTALS", "", 3),
            "\t" + ",\u00a0" * width,
            row(source, "Totally", "2022-03-03", 4),
        ],
    )
    table = manifest.table(SOURCES[source][0])
    assert table is not None
    assert (table.rows_in, table.rows_kept, table.rows_quarantined) == (8, 3, 5)
    assert reasons(home, manifest) == {
        3: HEADER_AGAIN,
        5: TOTALS_ROW,
        6: TOTALS_ROW,
        7: TOTALS_ROW,
        8: BLANK_ROW,
    }


@pytest.mark.parametrize("source", SOURCES)
def test_tabs_and_blanks_round_values_and_ids_are_taken_off(home: Home, source: str) -> None:
    manifest = landed(
        home,
        source,
        [
            row(source, "7", "2022-03-01"),
            row(source, "\t7\u00a0", " 2022-03-01\t", 2),
            row(source, "\ufeff7", "2022-03-01\u200b", 3),
        ],
    )
    found = rows_of(home, manifest, source)
    assert {line[PERSON_COLUMN[source]] for line in found} == {"7"}
    assert len({line["_child_key"] for line in found}) == 1
    assert {line[DATE_COLUMN[source]] for line in found} == {"2022-03-01"}


@pytest.mark.parametrize("source", SOURCES)
def test_nobody_is_called_none(home: Home, source: str) -> None:
    words = ["None", "nan", "NaT", "(null)", "N/A", "#N/A", "-", "?", "."]
    lines = [row(source, word, "2022-03-01", at) for at, word in enumerate(words)]
    found = rows_of(home, landed(home, source, lines), source)
    assert [line["_child_key"] for line in found] == [None] * len(words)


@pytest.mark.parametrize("source", SOURCES)
def test_a_column_in_two_forms_is_told_with_file_column_and_counts(home: Home, source: str) -> None:
    days = ["2022-03-01", "2022-03-02", "2022/03/03", "04/03/2022", "soon", "None"]
    lines = [row(source, "7", day, at) for at, day in enumerate(days)]
    manifest = landed(home, source, lines)
    (file,) = [entry for entry in manifest.files if entry.table == SOURCES[source][0]]
    found = [form for form in file.dates if form.column == DATE_COLUMN[source]]
    assert [(form.form, form.rows, form.is_read) for form in found] == [
        (ISO, 2, True),
        (SLASHED, 1, True),
        (DAY_FIRST, 1, True),
        ("words or another form", 1, False),
    ]
    again = lake.read_manifest(home, manifest.load_id)
    assert again == manifest


@pytest.mark.parametrize("text", WRITTEN)
def test_the_form_of_a_date(text: str) -> None:
    assert form_of(text, MONTH, is_expected=False) == WRITTEN[text]


def test_an_expected_date_may_lie_fifty_years_ahead() -> None:
    assert form_of("2072-03-31", MONTH, is_expected=True) == ISO
    assert form_of("2072-04-01", MONTH, is_expected=True) == IMPLAUSIBLE


@pytest.mark.parametrize("word", sorted(NOTHING))
def test_no_id_is_a_word_for_nothing(word: str) -> None:
    assert normalised_id(f" {word.lower()}\t") is None


def test_the_words_and_the_expected_dates_are_those_of_staging() -> None:
    text = (DBT_PROJECT / "macros" / "staging.sql").read_text(encoding="utf-8")

    def listed(macro: str) -> set[str]:
        body = text.partition(f"macro {macro}()")[2].partition("endmacro")[0]
        return set(body.split("'")[1::2])

    assert listed("words_for_nothing") | {"", "\\N"} == NOTHING
    declared = {
        column.name
        for source in ("ssd", "ssda903", "annex_a", "local", "cin_census")
        for table in load_source(source).tables
        for column in table.columns
        if column.holds == EXPECTED_DATE
    }
    assert listed("expected_date_columns") == declared


def test_parquet_and_workbook_values_are_made_plain_too(home: Home) -> None:
    folder = home.landing / "991" / MONTH / "ssd"
    folder.mkdir(parents=True)
    people = pa.table({"pers_person_id": ["\t7 ", "Total", "8"], "pers_dob": ["2010-02-01"] * 3})
    pq.write_table(people, folder / "ssd_person.parquet")
    (manifest,) = land(home, "991", MONTH, settle_seconds=0)
    assert (manifest.rows_in, manifest.rows_kept, manifest.rows_quarantined) == (3, 2, 1)
    (path,) = lake.parquet_files(home, manifest, "ssd_person")
    assert pq.read_table(path).column("pers_person_id").to_pylist() == ["7", "8"]
