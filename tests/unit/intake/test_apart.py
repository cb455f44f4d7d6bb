"""A file is read in a process of its own, which ends with it and keeps to its limits."""

from __future__ import annotations

import resource
from pathlib import Path

import psutil
import pytest
import xlsxwriter

from csc_warehouse import lake
from csc_warehouse.errors import WrongUse
from csc_warehouse.intake import apart
from csc_warehouse.intake.adapters.ssd import SsdAdapter
from csc_warehouse.intake.adapters.tabular import Limits, Unreadable
from csc_warehouse.intake.apart import BeyondLimits, Readers
from csc_warehouse.intake.landing import land
from csc_warehouse.lake.declarations import load_source
from csc_warehouse.places import Home
from library.attacking_files import TABLES, WORKBOOKS

LA, MONTH = "991", "2022-03"
NAME, HEADER, ROW = TABLES["ssd"]
CONTACTS = load_source("ssd").table("ssd_contacts")


def file_of(folder: Path, lines: int, name: str = "ssd_contacts.csv") -> Path:
    path = folder / name
    path.write_text(f"{HEADER}\n" + f"{ROW}\n" * lines)
    return path


def read(readers: Readers, path: Path) -> int:
    """How many rows the file's only sheet has."""
    (sheet,) = readers.open_sheets(SsdAdapter(), path, path.name)
    positions = CONTACTS.match_headers(sheet.headers)
    return sum(batch.table.num_rows for batch in sheet.read(CONTACTS, positions))


def readers_running() -> list[psutil.Process]:
    """The processes of files, which the process that makes them has as its children."""
    server = psutil.Process(apart._server()[1].pid)
    return [each for each in server.children() if each.status() != psutil.STATUS_ZOMBIE]


def test_a_process_that_breaks_down_takes_nothing_with_it(tmp_path: Path) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(WORKBOOKS["far row by itself"](HEADER, ROW))
    with Readers(Limits(memory_bytes=200 << 20)) as readers:
        with pytest.raises(BeyondLimits, match="its reader broke down"):
            read(readers, bad)
        assert read(readers, file_of(tmp_path, 3)) == 3


def test_too_little_memory_is_said(tmp_path: Path) -> None:
    path = file_of(tmp_path, 400_000)
    limits = Limits(memory_bytes=8 << 20)
    with Readers(limits) as readers, pytest.raises(BeyondLimits, match="more than 8 MB of memory"):
        read(readers, path)


def test_a_process_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    path = file_of(tmp_path, 400_000)
    limits = Limits(seconds=0)
    with Readers(limits) as readers, pytest.raises(BeyondLimits, match="longer than 0 seconds"):
        read(readers, path)
    for process in readers_running():
        process.wait(30)


def test_a_file_beyond_the_size_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "ssd_contacts.csv"
    with path.open("wb") as file:
        file.truncate(5 << 30)
    with Readers(Limits()) as readers, pytest.raises(BeyondLimits, match="larger than the limit"):
        read(readers, path)


def test_only_so_many_files_wait_in_a_process(tmp_path: Path) -> None:
    with Readers(Limits()) as readers:
        sheets = [
            sheet
            for number in range(apart.WAITING + 4)
            for sheet in readers.open_sheets(
                SsdAdapter(), file_of(tmp_path, number + 1, f"ssd_contacts_{number}.csv"), "x"
            )
        ]
        for number, sheet in enumerate(sheets):
            positions = CONTACTS.match_headers(sheet.headers)
            batches = list(sheet.read(CONTACTS, positions))
            assert sum(batch.table.num_rows for batch in batches) == number + 1
        assert len(readers_running()) <= 2 * apart.WAITING
    psutil.wait_procs(readers_running(), timeout=30)
    assert readers_running() == []


def test_where_the_process_that_makes_processes_was_killed_another_is_started(
    tmp_path: Path,
) -> None:
    path = file_of(tmp_path, 2)
    with Readers(Limits()) as readers:
        assert read(readers, path) == 2
        server = psutil.Process(apart._server()[1].pid)
        server.kill()
        server.wait(30)
        assert read(readers, path) == 2


def test_the_process_of_a_file_imports_next_to_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for the little that a workbook needs: pandas took a quarter of a second a file."""
    said = tmp_path / "imported"
    monkeypatch.setattr(
        apart,
        "SERVE",
        f"""
import sys
from csc_warehouse.intake import reader

serve = reader._serve

def and_say(connection):
    before = set(sys.modules)
    serve(connection)
    with open({str(said)!r}, "a") as file:
        print(*sorted({{name.split(".")[0] for name in set(sys.modules) - before}}), file=file)

reader._serve = and_say
reader.main()
""",
    )
    apart._server.cache_clear()
    try:
        with Readers(Limits()) as readers:
            assert read(readers, file_of(tmp_path, 3)) == 3
            path = tmp_path / "ssd_contacts.xlsx"
            with xlsxwriter.Workbook(path) as book:
                sheet = book.add_worksheet()
                for number, line in enumerate((HEADER, ROW)):
                    sheet.write_row(number, 0, line.split(","))
            assert read(readers, path) == 1
        psutil.wait_procs(readers_running(), timeout=30)
    finally:
        monkeypatch.undo()
        apart._server.cache_clear()
    of_text, of_workbook = sorted(said.read_text().splitlines())
    assert of_text == ""
    assert set(of_workbook.split()) <= {"encodings", "python_calamine"}


def test_a_file_that_breaks_off_takes_no_other_of_its_table_with_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    folder = home.landing / LA / MONTH / "ssd"
    folder.mkdir(parents=True)
    (folder / "ssd_person.csv").write_text("pers_person_id,pers_dob\n7,2010-02-01\n")
    file_of(folder, 3, "ssd_contacts_1.csv")
    (folder / "ssd_contacts_2.csv").write_text(f"{HEADER}\n{ROW}\nx\n" + f"{ROW}\n" * 300)
    file_of(folder, 2, "ssd_contacts_3.csv")
    limits = Limits(rows=100, chunk_bytes=256)
    (manifest,) = land(home, LA, MONTH, limits=limits, settle_seconds=0)
    found = {file.name: (file.outcome, file.rows_kept) for file in manifest.files}
    assert found["ssd_contacts_1.csv"] == (lake.FILE_KEPT, 3)
    assert found["ssd_contacts_2.csv"] == (lake.FILE_QUARANTINED, 0)
    assert found["ssd_contacts_3.csv"] == (lake.FILE_KEPT, 2)
    assert manifest.rows_in == 6
    assert not (home.quarantine / manifest.load_id / "rows.csv").read_text().count("\n") > 1


def test_a_file_beyond_the_size_is_named_and_not_copied(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    folder = home.landing / LA / MONTH / "ssd"
    folder.mkdir(parents=True)
    (folder / "ssd_person.csv").write_text("pers_person_id,pers_dob\n7,2010-02-01\n")
    with (folder / "ssd_contacts.csv").open("wb") as file:
        file.truncate(5 << 30)
    (manifest,) = land(home, LA, MONTH, settle_seconds=0)
    assert manifest.rows_kept == 1
    aside = home.quarantine / manifest.load_id
    assert [path.name for path in aside.iterdir()] == ["files.csv"]
    assert "it is larger than the limit" in (aside / "files.csv").read_text()
    assert land(home, LA, MONTH, settle_seconds=0) == [manifest]


def test_the_limits_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Limits.from_environment() == Limits()
    for name, value in (("MB", "7"), ("MEMORY_MB", "8"), ("SECONDS", "9")):
        monkeypatch.setenv(f"CSC_FILE_{name}", value)
    limits = Limits.from_environment()
    assert (limits.file_bytes, limits.memory_bytes, limits.seconds) == (7 << 20, 8 << 20, 9)
    monkeypatch.setenv("CSC_FILE_MB", "-1")
    with pytest.raises(WrongUse, match="CSC_FILE_MB must be a whole number above 0"):
        Limits.from_environment()


def test_a_process_leaves_no_core_with_children_in_it(tmp_path: Path) -> None:
    with Readers(Limits()) as readers:
        (_,) = readers.open_sheets(SsdAdapter(), file_of(tmp_path, 1), "x")
        (process,) = readers_running()
        assert process.rlimit(resource.RLIMIT_CORE) == (0, 0)
        assert process.rlimit(resource.RLIMIT_AS)[0] < 4 << 30


def test_unreadable_is_said_behind_the_sheets_that_could_be_read(tmp_path: Path) -> None:
    path = tmp_path / "none.xlsx"
    path.write_bytes(WORKBOOKS["no workbook"](HEADER, ROW))
    with Readers(Limits()) as readers, pytest.raises(Unreadable, match="holds no sheet"):
        read(readers, path)
