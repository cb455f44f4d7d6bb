"""Whatever the bytes are, landing ends in a manifest or a clear refusal, and counts every row."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from csc_warehouse import lake
from csc_warehouse.errors import DataRefused
from csc_warehouse.intake.adapters.tabular import Limits
from csc_warehouse.intake.landing import land
from csc_warehouse.places import Home

LA, MONTH = "991", "2022-09"
PEOPLE = b"pers_person_id,pers_sex\n1,F\n"
HEADER = ["dept_team_id", "dept_team_name", "dept_team_parent_id", "dept_team_parent_name"]

messy = st.text(st.sampled_from('ab1 "\n\r,;|\t\\{}é\u2028\x1f\ufeff'), max_size=8)
plain = st.text(st.sampled_from("abc é-'"), min_size=1, max_size=6)
pieces = st.sampled_from(
    [
        b'"',
        b'""',
        b",",
        b"\n",
        b"\r\n",
        b"\r",
        b"a",
        b"1",
        b";",
        b"\xe9",
        b"\x81",
        b"\x00",
        b"x" * 40,
    ]
)


Landed = tuple[lake.LoadManifest, list[dict[str, Any]], list[dict[str, str]]]


def land_file(name: str, data: bytes, limits: Limits) -> Landed:
    """Land people and one more file; its manifest, its rows in the lake and those put aside."""
    with TemporaryDirectory() as folder:
        home = Home(Path(folder))
        dropped = home.landing / LA / MONTH / "ssd"
        dropped.mkdir(parents=True)
        (dropped / "ssd_person.csv").write_bytes(PEOPLE)
        (dropped / name).write_bytes(data)
        (manifest,) = land(home, LA, MONTH, settle_seconds=0, limits=limits)
        rows = [
            row
            for path in lake.parquet_files(home, manifest, "ssd_department")
            for row in pq.ParquetFile(path).read().to_pylist()
        ]
        put_aside = home.quarantine / manifest.load_id / "rows.csv"
        text = put_aside.read_bytes().decode() if put_aside.exists() else ""
        aside = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(aside) == manifest.rows_quarantined
    return manifest, rows, aside


def check_counts(manifest: lake.LoadManifest) -> None:
    assert manifest.rows_in == manifest.rows_kept + manifest.rows_quarantined
    for part in (*manifest.files, *manifest.tables):
        assert part.rows_in == part.rows_kept + part.rows_quarantined
    assert manifest.rows_in == sum(table.rows_in for table in manifest.tables)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(messy | plain, min_size=4, max_size=4), max_size=12), st.booleans())
def test_well_written_rows_all_arrive_as_they_are(records: list[list[str]], small: bool) -> None:
    """What Python's csv module writes, with any quote or line break inside, is read back.

    But for blanks at the ends of a value; a row of nothing else is put aside.
    """
    records = [[cell.replace("\r", "") for cell in record] for record in records]
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([HEADER, *records])
    limits = Limits(chunk_bytes=16) if small else Limits()
    manifest, rows, _ = land_file("ssd_department.csv", text.getvalue().encode(), limits)
    check_counts(manifest)
    trimmed = [[cell.strip(" \t\n\ufeff") for cell in record] for record in records]
    filled = [record for record in trimmed if any(record)]
    arrived = [[row.get(name) or "" for name in HEADER] for row in rows]
    assert arrived == filled
    assert manifest.rows_kept == len(filled) + 1
    numbers = [row["_row_number"] for row in rows]
    assert numbers == [index for index, record in enumerate(trimmed, start=2) if any(record)]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(plain, min_size=1, max_size=7), max_size=15))
def test_ragged_rows_are_the_ones_put_aside(records: list[list[str]]) -> None:
    lines = [",".join(record) for record in [HEADER, *records]]
    manifest, rows, _ = land_file("ssd_department.csv", "\n".join(lines).encode(), Limits())
    check_counts(manifest)
    whole = [index for index, record in enumerate(records, start=2) if len(record) == 4]
    assert [row["_row_number"] for row in rows] == whole
    table = manifest.table("ssd_department")
    assert table is not None
    assert (table.rows_in, table.rows_kept) == (len(records), len(whole))


@settings(max_examples=60, deadline=None)
@given(st.lists(pieces, max_size=60), st.booleans())
def test_any_mess_under_a_header_is_counted(parts: list[bytes], small: bool) -> None:
    """Each line that isn't blank is in exactly one row, kept or put aside: counted line by line."""
    body = b"".join(parts)
    limits = Limits(chunk_bytes=16, record_bytes=60) if small else Limits()
    data = ",".join(HEADER).encode() + b"\n" + body
    manifest, rows, aside = land_file("ssd_department.csv", data, limits)
    check_counts(manifest)
    if b"\x00" in body:
        assert manifest.table("ssd_department") is None
        return
    numbers = [row["_row_number"] for row in rows] + [int(row["row_number"]) for row in aside]
    assert len(numbers) == len(set(numbers))
    lines = re.sub(rb"\r(?!\n)", b" ", body).split(b"\n")
    found = sum(1 + sum((row[name] or "").count("\n") for name in HEADER) for row in rows)
    found += sum(1 + row["raw"].count("\n") for row in aside)
    filled = sum(1 for line in lines if line.strip(b"\r"))
    assert filled <= found <= len(lines)
    if b'"' not in body:
        assert len(numbers) == filled


@settings(max_examples=40, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from(["ssd_department.csv", "ssd_department.parquet", "x.xlsx", "y.txt", "z.csv"]),
)
def test_random_bytes_never_end_in_a_traceback(data: bytes, name: str) -> None:
    try:
        manifest, _, _ = land_file(name, data, Limits())
    except DataRefused:
        return
    check_counts(manifest)


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=1, max_size=12), st.integers(0, 4000))
def test_a_damaged_workbook_never_ends_in_a_traceback(patch: bytes, place: int) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(HEADER)
    book.active.append(["1", "2", "3", "4"])
    sink = io.BytesIO()
    book.save(sink)
    data = sink.getvalue()
    place %= len(data)
    manifest, _, _ = land_file(
        "x.xlsx", data[:place] + patch + data[place + len(patch) :], Limits()
    )
    check_counts(manifest)
