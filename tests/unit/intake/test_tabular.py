"""Files as tables of text, by the reader alone: where a file is cut, and each limit to its one."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from csc_warehouse.errors import WrongUse
from csc_warehouse.intake.adapters import tabular
from csc_warehouse.intake.adapters.tabular import (
    Limits,
    Sheet,
    Unreadable,
    as_text,
    cell_text,
    check_workbook_size,
    content_of,
    open_sheets,
)
from csc_warehouse.places import PROJECT_ROOT
from library.old_workbook import old_workbook

MB = 1024 * 1024


def is_header(cells: Sequence[str]) -> bool:
    return list(cells) == ["a", "b"]


def sheet_of(path: Path, content: str | bytes, limits: Limits, *known: Any) -> Sheet:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (sheet,) = open_sheets(path, path.name, limits, *known)
    return sheet


def read(sheet: Sheet) -> tuple[list[tuple[Any, ...]], list[tuple[int, str]]]:
    """The rows with their numbers, and those put aside: their numbers and how they stand there."""
    rows: list[tuple[Any, ...]] = []
    aside = []
    for batch in sheet.read({name: place for place, name in enumerate(sheet.headers)}):
        cells = [tuple(row.values()) for row in batch.table.to_pylist()]
        rows += [
            (int(number), *each) for number, each in zip(batch.row_numbers, cells, strict=True)
        ]
        aside += [(reject.row_number, reject.raw) for reject in batch.rejects]
    return rows, aside


def csv_file(
    folder: Path, content: str | bytes, *known: Any, **limits: int
) -> tuple[list[tuple[Any, ...]], list[tuple[int, str]]]:
    return read(sheet_of(folder / "file.csv", content, Limits(**limits), *known))


# --- What is a limit ------------------------------------------------------------------------------


def test_the_limits_are_those_of_the_page() -> None:
    page = (PROJECT_ROOT / "docs" / "when-it-stops.md").read_text(encoding="utf-8")
    page = page.replace("\n", " ")
    settings = {name: int(said) for name, said in re.findall(r"`CSC_FILE_(\w+)` \| (\d+) ", page)}
    assert settings == {
        "MB": Limits.file_bytes / MB,
        "MEMORY_MB": Limits.memory_bytes / MB,
        "SECONDS": Limits.seconds,
    }
    assert "1 GB that a workbook unpacks to, 50 million rows, 200 million cells" in page
    assert Limits.workbook_bytes == 1024 * MB
    assert (Limits.rows, Limits.cells) == (50_000_000, 200_000_000)
    assert "500 columns, 1 MB a row; and 250,000 rows that can't be read" in page
    assert (Limits.columns, Limits.record_bytes, Limits.rejects) == (500, MB, 250_000)


def test_three_limits_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSC_FILE_MB", "3")
    monkeypatch.setenv("CSC_FILE_MEMORY_MB", " 20 ")
    monkeypatch.setenv("CSC_FILE_SECONDS", "")
    assert Limits.from_environment() == Limits(file_bytes=3 * MB, memory_bytes=20 * MB)
    monkeypatch.setenv("CSC_FILE_SECONDS", "0")
    with pytest.raises(WrongUse, match="whole number above 0"):
        Limits.from_environment()


# --- What a file is -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inside", "content"),
    [("xl/workbook.xml", "workbook"), ("[Content_Types].xml", "workbook"), ("a.csv", "archive")],
)
def test_an_archive_is_a_workbook_by_what_is_in_it(
    tmp_path: Path, inside: str, content: str
) -> None:
    path = tmp_path / "file.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(inside, "")
        archive.writestr("another", "")
    assert content_of(path) == content


def test_text_called_workbook_is_one_table_that_is_known_or_a_damaged_workbook(
    tmp_path: Path,
) -> None:
    path = tmp_path / "file.xlsx"
    assert sheet_of(path, "a,b\n1,2\n", Limits(), is_header).headers == ("a", "b")
    for content, *known in (("c,d\n1,2\n", is_header), ("a,b\n1,2\n",)):
        with pytest.raises(Unreadable, match="not a readable workbook"):
            sheet_of(path, content, Limits(), *known)


def test_as_many_columns_as_the_limit_and_no_more(tmp_path: Path) -> None:
    assert csv_file(tmp_path, "a,b\n1,2\n", columns=2)[0] == [(2, "1", "2")]
    with pytest.raises(Unreadable, match="3 columns, more than the limit of 2"):
        csv_file(tmp_path, "a,b,c\n1,2,3\n", columns=2)


# --- Headers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["\n", "A title\n", "A, title\n", '"\n'])
def test_a_header_is_found_below_24_lines_and_not_below_25(tmp_path: Path, title: str) -> None:
    first = "A title\n"
    found = csv_file(tmp_path, first + title * 23 + "a,b\n1,2\n", is_header)
    assert found == ([(26, "1", "2")], [])
    path = tmp_path / "file.csv"
    assert sheet_of(path, first + title * 24 + "a,b\n", Limits(), is_header).headers != ("a", "b")


def test_a_header_that_is_known_stays_where_the_next_line_looks_like_it(tmp_path: Path) -> None:
    assert csv_file(tmp_path, "a,b\na,b\n1,2\n", is_header)[0] == [(2, "a", "b"), (3, "1", "2")]
    assert csv_file(tmp_path, "\n\na,b\n1,2\n", is_header)[0] == [(4, "1", "2")]
    assert csv_file(tmp_path, "\nsep=;\nA title\na;b\n1;2\n", is_header)[0] == [(5, "1", "2")]


def test_a_hint_is_no_header(tmp_path: Path) -> None:
    assert csv_file(tmp_path, "sep=;\na;b\n1;2\n") == ([(3, "1", "2")], [])
    assert sheet_of(tmp_path / "file.csv", "sep=;\n", Limits()).headers == ()
    assert sheet_of(tmp_path / "file.csv", "sep=;", Limits()).headers == ()


@pytest.mark.parametrize("more", [b"", b"\x00"])
def test_a_header_in_utf_16_is_whole_where_the_file_ends_in_half_a_character(
    tmp_path: Path, more: bytes
) -> None:
    path = tmp_path / "file.csv"
    for codec in ("utf-16-le", "utf-16-be"):
        content = ("\ufeffa,b,c").encode(codec) + more
        assert sheet_of(path, content, Limits()).headers == ("a", "b", "c")


# --- Where a file is cut --------------------------------------------------------------------------

BODY = (
    'a,b\r\n1,x\r\n2,"y\r\nz"\r\n\r\n3\r\n4,"so called ""w"""\r\n5,v\r\n'
    '6,"u\r\n\r\n\r\nt"\r\n"7\r\n7","say ""s\r\nr"\r\n8,5" long\r\n9,q\r\n'
)
ROWS = [
    (2, "1", "x"),
    (3, "2", "y\r\nz"),
    (6, "4", 'so called "w"'),
    (7, "5", "v"),
    (8, "6", "u\r\n\r\n\r\nt"),
    (9, "7\r\n7", 'say "s\r\nr'),
    (10, "8", '5" long'),
    (11, "9", "q"),
]


@pytest.mark.parametrize("block", [12, 13, 14, 17, 23, 64, MB])
@pytest.mark.parametrize("title", ["", "Title\r\n"])
def test_the_rows_are_the_same_wherever_the_file_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, title: str
) -> None:
    monkeypatch.setattr(tabular, "MEBIBYTE", block)
    number = 1 if title else 0
    rows = [(row[0] + number, *row[1:]) for row in ROWS]
    for quoted in (24, MB):
        monkeypatch.setattr(tabular, "QUOTED_BYTES", quoted)
        for chunk in (1, 2, 5, 9, 11, 16, 33, MB):
            found = csv_file(tmp_path, title + BODY, is_header, chunk_bytes=chunk, record_bytes=30)
            assert found == (rows, [(5 + number, "3")]), (quoted, chunk)


@pytest.mark.parametrize("block", [4, 5, 6, 7, 8, 9, MB])
@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("a,b\n1,x\rw\n2,y", [(2, "1", "x w"), (3, "2", "y")]),
        ("a,b\r1,x\r2,y", [(2, "1", "x"), (3, "2", "y")]),
        ("a,b\r1,x\r2,y\r", [(2, "1", "x"), (3, "2", "y")]),
        ("a,b\n1,x\rw\n2,y\r", [(2, "1", "x w"), (3, "2", "y ")]),
        ("a,b\r\n1,x\rw\r\n2,y\r\n", [(2, "1", "x w"), (3, "2", "y")]),
        ("a,b\r\n1,x\r\n2,y", [(2, "1", "x"), (3, "2", "y")]),
    ],
)
def test_a_lone_carriage_return_ends_a_line_only_where_nothing_else_does(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    block: int,
    content: str,
    rows: list[tuple[Any, ...]],
) -> None:
    monkeypatch.setattr(tabular, "MEBIBYTE", block)
    assert csv_file(tmp_path, content) == (rows, [])


@pytest.mark.parametrize("block", [4, 5, 6, 7, 8, 9])
def test_an_encoding_is_that_of_the_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(tabular, "MEBIBYTE", block)
    for codec in ("utf-8", "utf-8-sig", "cp1252"):
        sheet = sheet_of(tmp_path / "file.csv", "a\nxéy\nz\nw\nv\nu\n".encode(codec), Limits())
        assert [row[1] for row in read(sheet)[0]] == ["xéy", "z", "w", "v", "u"]
        assert (sheet.encoding, sheet.headers) == (codec, ("a",))
    # Half a character at the end of the file is none in UTF-8.
    sheet = sheet_of(tmp_path / "file.csv", "a\nx\ny\nzé".encode()[:-1], Limits())
    assert [row[1] for row in read(sheet)[0]] == ["x", "y", "zÃ"]


def test_a_quoted_value_reaches_so_far_behind_a_chunk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond it the quotation mark is a stray one, and costs its own row alone."""
    monkeypatch.setattr(tabular, "QUOTED_BYTES", 4)
    near = csv_file(tmp_path, 'a,b\n1,"x\ny\nz"\n2,w\n', chunk_bytes=3)
    assert near == ([(2, "1", "x\ny\nz"), (3, "2", "w")], [])
    far = csv_file(tmp_path, 'a,b\n1,"x\ny\ny\nz"\n2,w\n', chunk_bytes=3)
    assert far[0] == [(6, "2", "w")]


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "QUOTED_BYTES", 8)
    monkeypatch.setattr(tabular, "MEBIBYTE", 4)
    # 16 bytes together: a chunk, the end of a quoted value, a record.
    limits = {"chunk_bytes": 4, "record_bytes": 4}
    line = "1," + "x" * 12
    assert csv_file(tmp_path, f"a,b\n{line}", **limits) == ([], [(2, line)])
    # A blank line before it is a line of its own.
    assert csv_file(tmp_path, f"a,b\n\n{line}x\n2,y\n", **limits) == (
        [(4, "2", "y")],
        [(3, f"{line}x")],
    )
    for content in (f"a,b\n{line}xx", 'a,b\n"x\n' + "y" * 20):
        with pytest.raises(Unreadable, match=r"longer than 1[67] bytes"):
            csv_file(tmp_path, content, **limits)


# --- Rows beyond a limit --------------------------------------------------------------------------


@pytest.mark.parametrize("before", range(5))
def test_a_row_of_the_longest_length_is_kept_and_one_byte_more_put_aside(
    tmp_path: Path, before: int
) -> None:
    short = [(2 + number, "1", "2") for number in range(before)]
    text = "a,b\n" + "1,2\n" * before
    kept = csv_file(tmp_path, text + "3,4567890\n5,6\n", record_bytes=9)
    assert kept == ([*short, (2 + before, "3", "4567890"), (3 + before, "5", "6")], [])
    aside = csv_file(tmp_path, text + "3,45678901\n5,6\n", record_bytes=9)
    assert aside == ([*short, (3 + before, "5", "6")], [(2 + before, "3,45678901")])


def test_lines_of_one_value_are_together_no_longer_than_a_row(tmp_path: Path) -> None:
    text = 'a,b\n1,"xy\nz"\n2,w\n'
    assert csv_file(tmp_path, text, record_bytes=8) == ([(2, "1", "xy\nz"), (3, "2", "w")], [])
    assert csv_file(tmp_path, text, record_bytes=7) == ([(3, "2", "w")], [(2, '1,"xy\nz"')])
    # Without its line break alone it is too long: then its lines are rows of their own.
    assert csv_file(tmp_path, text, record_bytes=6) == ([(4, "2", "w")], [(2, '1,"xy'), (3, 'z"')])


@pytest.mark.parametrize("chunk", [1, 8, MB])
@pytest.mark.parametrize("bad", ["3", '"3', "4,5,6"])
def test_so_many_rows_may_be_put_aside_and_no_more(tmp_path: Path, chunk: int, bad: str) -> None:
    text = f"a,b\n1,2\n{bad}\n\n{bad}\n1,2\n"
    rows, aside = csv_file(tmp_path, text, rejects=2, chunk_bytes=chunk)
    assert ([row[0] for row in rows], aside) == ([2, 6], [(3, bad), (5, bad)])
    with pytest.raises(Unreadable, match="more than 2 of its rows"):
        csv_file(tmp_path, text + f"{bad}\n", rejects=2, chunk_bytes=chunk)


@pytest.mark.parametrize("codec", ["utf-8", "cp1252"])
def test_a_value_that_is_not_closed_costs_its_row(tmp_path: Path, codec: str) -> None:
    """However its line looks by the number of its quotation marks."""
    for open_line in ('3,"é', '3,"', '5" é,"x', '"é'):
        for end in ("", "\n", "\r\n"):
            content = f"a,b\n1,2\n{open_line}{end}".encode(codec)
            assert csv_file(tmp_path, content) == ([(2, "1", "2")], [(3, open_line)])
        content = f"a,b\n1,2\n{open_line}\n3,4\n".encode(codec)
        rows = [(2, "1", "2"), (4, "3", "4")]
        assert csv_file(tmp_path, content) == (rows, [(3, open_line)])
    assert csv_file(tmp_path, 'a\n1\n"x') == ([(2, "1")], [(3, '"x')])


def test_bytes_that_are_no_text_cost_their_row_where_nothing_is_utf_8(tmp_path: Path) -> None:
    rows, aside = csv_file(tmp_path, b"a,b\n1,Caf\xe9\n2,\x81\n3,x\n")
    assert (rows, aside) == ([(2, "1", "Café"), (4, "3", "x")], [(3, "2,\\x81")])
    # In UTF-8 the same byte is half of a letter, in a row that is read with care too.
    assert csv_file(tmp_path, 'a,b\n1,"Á\nÁ"\n') == ([(2, "1", "Á\nÁ")], [])


def test_a_line_of_three_dashes_is_a_rule_and_of_two_a_row(tmp_path: Path) -> None:
    assert csv_file(tmp_path, "a,b\n---,-\n1,2\n") == ([(3, "1", "2")], [(2, "--")])
    assert csv_file(tmp_path, "a,b\n---,\n1,2\n") == ([(3, "1", "2")], [(2, "--")])
    assert csv_file(tmp_path, "a,b\n--,-\n1,2\n") == ([(2, "--", "-"), (3, "1", "2")], [])
    assert csv_file(tmp_path, "a,b\n---,x\n")[0] == [(2, "---", "x")]
    assert csv_file(tmp_path, "a,b\n1,2\n---,---\n")[0] == [(2, "1", "2"), (3, "---", "---")]


# --- Parquet --------------------------------------------------------------------------------------


def parquet(path: Path, columns: dict[str, Any], limits: Limits) -> Sheet:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sheet_of(path, sink.getvalue(), limits)


def test_parquet_keeps_to_the_limits_of_a_table(tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    columns = {"a": ["1", "2", "3"], "b": ["x", "yy", "zzz"]}
    rows = [(2, "1", "x"), (3, "2", "yy"), (4, "3", "zzz")]
    # Nine bytes of text unpack from it, four of them in the last row.
    for size in ({"rows": 3}, {"cells": 6}, {"record_bytes": 4}, {"chunk_bytes": 1}, {}):
        assert read(parquet(path, columns, Limits(**size))) == (rows, [])
    size_in_file = pq.ParquetFile(path).metadata.row_group(0).total_byte_size
    assert parquet(path, columns, Limits(file_bytes=size_in_file)).headers == ("a", "b")
    for size in ({"rows": 2}, {"cells": 5}, {"file_bytes": size_in_file - 1}):
        with pytest.raises(Unreadable, match="holds 3 rows of 2 columns"):
            parquet(path, columns, Limits(**size))
    with pytest.raises(Unreadable, match="a row is longer than 3 bytes"):
        read(parquet(path, columns, Limits(record_bytes=3)))


def test_the_length_of_a_row_of_parquet_is_that_of_its_texts(tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    columns = {"a": ["xxxx", None], "b": [None, "yyyy"], "c": [10**9, 2]}
    rows = [(2, "xxxx", None, "1000000000"), (3, None, "yyyy", "2")]
    assert read(parquet(path, columns, Limits(record_bytes=4)))[0] == rows
    for text in ("xxxx", b"xxxx"):
        with pytest.raises(Unreadable, match="a row is longer than 3 bytes"):
            read(parquet(path, {"a": [text]}, Limits(record_bytes=3)))


def test_parquet_unpacks_to_no_more_than_a_file(tmp_path: Path) -> None:
    columns = {"a": ["x" * 1000] * 1000}
    path = tmp_path / "file.parquet"
    assert len(read(parquet(path, columns, Limits(file_bytes=1_000_000)))[0]) == 1000
    with pytest.raises(Unreadable, match="unpacks to more than 999999 bytes"):
        read(parquet(path, columns, Limits(file_bytes=999_999)))


def test_parquet_comes_in_parts_of_about_a_chunk(tmp_path: Path) -> None:
    columns = {"a": ["xx"] * 4 + [None], "b": ["yy"] * 5}
    sheet = parquet(tmp_path / "file.parquet", columns, Limits(chunk_bytes=8))
    parts = [batch.row_numbers.tolist() for batch in sheet.read({"a": 0, "b": 1})]
    assert [number for part in parts for number in part] == [2, 3, 4, 5, 6]
    assert max(map(len, parts)) == 2


def test_a_column_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    pq.write_table(pa.Table.from_arrays([pa.array(["1"])] * 2, names=["a", "a"]), path)
    (sheet,) = open_sheets(path, path.name, Limits())
    with pytest.raises(Unreadable, match="twice"):
        list(sheet.read({"a": 0}))


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (pa.array(["x", "NULL", "\\N", "", None]), ["x", None, None, None, None]),
        (pa.array(["x", "NULL"]).dictionary_encode(), ["x", None]),
        (pa.array([True, False, None]), ["Y", "N", None]),
        (pa.array([1, -20]), ["1", "-20"]),
        (pa.array([1.0, -20.0, 1.5, 10.0]), ["1", "-20", "1.5", "10"]),
        (pa.array([Decimal("2.00"), Decimal("2.50")]), ["2", "2.50"]),
        (pa.array([datetime(2022, 9, 1, 8, 5, 7, 999)]), ["2022-09-01 08:05:07"]),
        (pa.array([date(2022, 9, 1)]), ["2022-09-01"]),
        (pa.array([["é", "b"], None]), ['["é", "b"]', None]),
        (pa.array([b"ab", b"\xff", None]), ["ab", "\ufffd", None]),
        (pa.array([b"ab"], pa.large_binary()), ["ab"]),
    ],
)
def test_a_column_of_any_type_is_text(values: pa.Array, text: list[str | None]) -> None:
    assert as_text(values).to_pylist() == text


# --- Workbooks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, None),
        ("x", "x"),
        (True, "Y"),
        (False, "N"),
        (2.0, "2"),
        (2.5, "2.5"),
        (datetime(2022, 9, 1, 8, 5), "2022-09-01 08:05:00"),
        (date(2022, 9, 1), "2022-09-01"),
        (time(8, 5), "08:05:00"),
        (timedelta(hours=30), "1 day, 6:00:00"),
    ],
)
def test_a_cell_is_text(cell: object, text: str | None) -> None:
    assert cell_text(cell) == text


def workbook(path: Path, sheets: dict[str, dict[str, object]]) -> Path:
    """A workbook of sheets, each the cells by their place."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            for place, value in cells.items():
                sheet.write(place, value)
    return path


def test_a_sheet_begins_at_its_header_and_leaves_out_rows_without_a_value(tmp_path: Path) -> None:
    cells = {"A2": "a", "B2": "b", "D2": " ", "A3": "1", "B3": "x", "B5": "y", "A6": "", "A7": "2"}
    title = {"A1": "A title", "A3": "a", "B3": "b", "C3": " ", "A4": "1", "B4": "x"}
    path = workbook(tmp_path / "file.xlsx", {"one": cells, "two": {}, "three": title})
    one, three = open_sheets(path, path.name, Limits(), is_header)
    assert (one.label, one.headers) == ("file.xlsx#one", ("a", "b"))
    assert read(one) == ([(3, "1", "x"), (5, None, "y"), (7, "2", None)], [])
    assert (three.headers, read(three)[0]) == (("a", "b"), [(4, "1", "x")])
    # Without a header that is known, the first row with a value is one.
    assert [each.headers for each in open_sheets(path, path.name, Limits())][1] == ("A title",)


def test_a_title_of_one_cell_is_no_header(tmp_path: Path) -> None:
    cells = {"A1": "a", "A2": "a", "B2": "b", "A3": "1"}
    path = workbook(tmp_path / "file.xlsx", {"one": cells})
    (sheet,) = open_sheets(path, path.name, Limits(), lambda found: found[0] == "a")
    assert read(sheet)[0] == [(3, "1", None)]


@pytest.mark.parametrize(("row", "is_found"), [(25, True), (26, False)])
def test_a_header_of_a_sheet_is_in_its_first_25_rows(
    tmp_path: Path, row: int, is_found: bool
) -> None:
    cells = {"A1": "A title", f"A{row}": "a", f"B{row}": "b", f"A{row + 1}": "1"}
    path = workbook(tmp_path / "file.xlsx", {"one": cells})
    (sheet,) = open_sheets(path, path.name, Limits(), is_header)
    assert (sheet.headers == ("a", "b")) is is_found


@pytest.mark.parametrize("block", [40, 41, 47, 53, MB])
@pytest.mark.parametrize(("place", "cells"), [("B3", 6), ("AA2", 54), ("BA1", 53)])
def test_a_workbook_reaches_to_its_farthest_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, place: str, cells: int
) -> None:
    monkeypatch.setattr(tabular, "MEBIBYTE", block)
    path = workbook(tmp_path / "file.xlsx", {"one": {place: 1}})
    for fits in ({"cells": cells}, {"memory_bytes": cells * 40}):
        check_workbook_size(path, Limits(**fits))
    for less in ({"cells": cells - 1}, {"memory_bytes": cells * 40 - 1}):
        with pytest.raises(Unreadable, match=f"more than {cells - 1} cells"):
            check_workbook_size(path, Limits(**less))


def test_a_workbook_unpacks_to_no_more_than_the_limit(tmp_path: Path) -> None:
    path = workbook(tmp_path / "file.xlsx", {"one": {"A1": 1}})
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    check_workbook_size(path, Limits(workbook_bytes=size))
    with pytest.raises(Unreadable, match="unpacks to more than"):
        check_workbook_size(path, Limits(workbook_bytes=size - 1))


def test_an_old_workbook_is_as_large_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "file.xls"
    path.write_bytes(old_workbook([["a", "b"], ["1", "x"]], "one"))
    size = path.stat().st_size
    check_workbook_size(path, Limits(workbook_bytes=size))
    with pytest.raises(Unreadable, match=f"larger than {size - 1} bytes"):
        check_workbook_size(path, Limits(workbook_bytes=size - 1))
