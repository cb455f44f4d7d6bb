"""Bad input ends in a clear message (file, place, what to do), and nothing of it is lost."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from csc_warehouse import lake
from csc_warehouse.errors import CscError, DataRefused, WrongUse
from csc_warehouse.intake.adapters.tabular import Limits
from csc_warehouse.intake.apart import SheetApart
from csc_warehouse.intake.dropped import misplaced
from csc_warehouse.intake.landing import LoadRefused, land
from csc_warehouse.places import Home

LA, MONTH = "991", "2022-09"
PEOPLE = "pers_person_id,pers_sex,pers_dob\n1,F,2010-01-01\n2,M,2011-02-03\n"
TEAMS = "dept_team_id,dept_team_name\n1,North\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def drop(home: Home, files: dict[str, str | bytes], source: str = "ssd") -> Path:
    folder = home.landing / LA / MONTH / source
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
    return folder


def landed(
    home: Home, files: dict[str, str | bytes], limits: Limits | None = None
) -> lake.LoadManifest:
    drop(home, files)
    (manifest,) = land(home, LA, MONTH, settle_seconds=0, limits=limits)
    return manifest


def outcome(manifest: lake.LoadManifest, name: str) -> lake.FileEntry:
    return next(file for file in manifest.files if file.name == name)


# --- Wrong use ------------------------------------------------------------------------------------


@pytest.mark.parametrize("la_code", ["", "99", "9911", "99a", "../", "٩٩١"])
def test_a_wrong_authority_is_wrong_use(home: Home, la_code: str) -> None:
    with pytest.raises(WrongUse, match="three-digit"):
        land(home, la_code, MONTH)


@pytest.mark.parametrize("month", ["", "2022", "2022-13", "2022-9", "2022-09-30", "../2022-09"])
def test_a_wrong_month_is_wrong_use(home: Home, month: str) -> None:
    with pytest.raises(WrongUse, match="YYYY-MM"):
        land(home, LA, month)


def test_an_unknown_source_is_wrong_use(home: Home) -> None:
    with pytest.raises(WrongUse, match="Known: annex_a"):
        land(home, LA, MONTH, "sad")


# --- Refused folders ------------------------------------------------------------------------------


def test_a_missing_folder_is_refused(home: Home) -> None:
    with pytest.raises(DataRefused, match="2022-09 does not exist"):
        land(home, LA, MONTH)
    with pytest.raises(DataRefused, match="ssd does not exist"):
        land(home, LA, MONTH, "ssd")


def test_an_empty_folder_and_files_beside_it_are_refused(home: Home) -> None:
    drop(home, {})
    with pytest.raises(DataRefused, match="is empty"):
        land(home, LA, MONTH)
    (home.landing / LA / MONTH / "ssd").rmdir()
    (home.landing / LA / MONTH / "ssd_person.csv").write_text(PEOPLE)
    with pytest.raises(DataRefused, match="folder named after their source"):
        land(home, LA, MONTH)


@pytest.mark.parametrize("name", ["ssd_person.csv.part", "ssd_person.TMP", "x.crdownload"])
def test_a_file_being_copied_is_refused_and_leaves_nothing(home: Home, name: str) -> None:
    drop(home, {"ssd_department.csv": TEAMS, name: PEOPLE})
    with pytest.raises(DataRefused, match="still being written"):
        land(home, LA, MONTH, settle_seconds=0)
    assert lake.all_manifests(home) == []


def test_a_file_growing_between_two_looks_is_refused(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(home, {"ssd_person.csv": PEOPLE}) / "ssd_person.csv"

    def grow(_seconds: float) -> None:
        with path.open("a") as file:
            file.write("3,F,\n")

    monkeypatch.setattr("csc_warehouse.intake.dropped.time.sleep", grow)
    with pytest.raises(DataRefused, match="still growing"):
        land(home, LA, MONTH, settle_seconds=3600)
    assert lake.all_manifests(home) == []


def test_a_file_growing_while_it_is_read_is_refused(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(home, {"ssd_person.csv": PEOPLE + "1\n"}) / "ssd_person.csv"
    read = SheetApart.read

    def grow_and_read(self: SheetApart, *wanted: Any) -> object:
        with path.open("a") as file:
            file.write("3,F,\n")
        return read(self, *wanted)

    monkeypatch.setattr(SheetApart, "read", grow_and_read)
    with pytest.raises(DataRefused, match="still growing"):
        land(home, LA, MONTH, settle_seconds=0)
    assert lake.all_manifests(home) == []
    assert not list(home.lake.rglob("*.parquet*"))
    assert not list(home.quarantine.iterdir())


def test_links_and_folders_are_refused(home: Home, tmp_path: Path) -> None:
    folder = drop(home, {"ssd_person.csv": PEOPLE})
    outside = tmp_path / "outside.csv"
    outside.write_text(TEAMS)
    (folder / "ssd_department.csv").symlink_to(outside)
    with pytest.raises(DataRefused, match="symbolic link"):
        land(home, LA, MONTH, settle_seconds=0)
    (folder / "ssd_department.csv").unlink()
    (folder / "more").mkdir()
    with pytest.raises(DataRefused, match="is a folder"):
        land(home, LA, MONTH, settle_seconds=0)


def test_a_linked_folder_is_refused(home: Home, tmp_path: Path) -> None:
    folder = drop(home, {"ssd_person.csv": PEOPLE})
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DataRefused, match="symbolic link"):
        land(home, LA, MONTH, settle_seconds=0)


def test_a_pipe_is_refused(home: Home) -> None:
    os.mkfifo(drop(home, {"ssd_person.csv": PEOPLE}) / "ssd_department.csv")
    with pytest.raises(DataRefused, match="not a regular file"):
        land(home, LA, MONTH, settle_seconds=0)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("ssd_person_202208.csv", "2022-08"),
        ("ssd_person_2022-08.csv", "2022-08"),
        ("ssd_person_20221103.csv", "2022-11"),
        ("992_ssd_person.csv", "authority 992"),
        ("ssd_person_la_992.csv", "authority 992"),
        ("ssd_person_202209.csv", None),
        ("ssd_person_20220930.csv", None),
        ("ssd_person_20221003.csv", None),
        ("991_ssd_person.csv", None),
        ("ssd_s47_enquiry.csv", None),
        ("ssda903_2018.csv", None),
    ],
)
def test_a_name_of_another_month_or_authority_is_noticed(name: str, problem: str | None) -> None:
    found = misplaced(name, LA, MONTH)
    assert (found is None) if problem is None else (found is not None and problem in found)


def test_a_misplaced_file_is_refused(home: Home) -> None:
    drop(home, {"ssd_person_202208.csv": PEOPLE})
    with pytest.raises(DataRefused, match="its name says 2022-08"):
        land(home, LA, MONTH, settle_seconds=0)


def test_a_903_of_no_march_is_refused(home: Home) -> None:
    drop(home, {"header.csv": "CHILD,SEX,DOB,ETHNIC\n1,1,,\n"}, "ssda903")
    with pytest.raises(DataRefused, match="folder of that March"):
        land(home, LA, MONTH, settle_seconds=0)


# --- Refused loads --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "ssd_person is missing"),
        ("", "it is empty"),
        ("\n \n", "it is empty"),
        ("person,sex\n1,F\n", "names no column of ssd_person"),
        ("pers_id_renamed,pers_sex\n1,F\n", "pers_person_id is missing"),
        ("pers_person_id,pers_sex,PERS_SEX\n1,F,F\n", "pers_sex"),
        (b"\x00\x01\x02" * 50, "names no column"),
        (b"pers_person_id,pers_sex\n1,\x00\n", "not a text file"),
    ],
)
def test_without_people_the_load_is_refused_and_put_aside(
    home: Home, content: str | bytes | None, reason: str
) -> None:
    files: dict[str, str | bytes] = {"ssd_department.csv": TEAMS}
    if content is not None:
        files["ssd_person.csv"] = content
    drop(home, files)
    for _ in range(2):
        with pytest.raises(LoadRefused, match=reason) as refused:
            land(home, LA, MONTH, settle_seconds=0)
    (manifest,) = refused.value.manifests
    assert (manifest.outcome, manifest.sequence) == (lake.REFUSED, 1)
    assert lake.current_loads(home, MONTH) == []
    assert not list(home.lake.rglob("*.parquet*"))
    if content is not None:
        copy = home.quarantine / manifest.load_id / "files" / "ssd_person.csv"
        assert copy.read_bytes() == (content.encode() if isinstance(content, str) else content)
        assert "ssd_person.csv" in str(refused.value)


def test_a_refused_correction_keeps_the_accepted_load(home: Home) -> None:
    first = landed(home, {"ssd_person.csv": PEOPLE})
    drop(home, {"ssd_person.csv": ""})
    with pytest.raises(LoadRefused):
        land(home, LA, MONTH, settle_seconds=0)
    assert lake.current_loads(home, MONTH) == [first]


def test_one_refused_source_does_not_stop_the_other(home: Home) -> None:
    folder = home.landing / LA / "2022-03"
    for source, name, text in (
        ("ssd", "ssd_person.csv", PEOPLE),
        ("ssda903", "header.csv", "CHILD,SEX,DOB,ETHNIC\n1,1,,\n"),
    ):
        (folder / source).mkdir(parents=True)
        (folder / source / name).write_text(text)
    with pytest.raises(LoadRefused, match="episodes is missing") as refused:
        land(home, LA, "2022-03", settle_seconds=0)
    assert [load.outcome for load in refused.value.manifests] == [lake.ACCEPTED, lake.REFUSED]
    assert len(lake.current_loads(home, MONTH)) == 1


# --- Files put aside, the load going on -----------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("ssd_department.csv", "", "it is empty"),
        ("ssd_department.csv", b"\xff\xfed\x00e", "no column"),
        ("ssd_department.csv", b"a" + b"\x00" * 10, "no column"),
        ("ssd_department.parquet", b"PAR1 not really PAR1", "not a readable Parquet file"),
        ("ssd_department.xlsx", b"PK\x03\x04 not really", "not a readable workbook"),
        ("ssd_department.pdf", b"%PDF", "not a CSV, Parquet or xlsx file"),
        ("holiday.csv", "where,when\nsea,summer\n", "it is no table of ssd"),
        ("ssd_department.csv", "a," * 600 + "\n", "601 columns"),
    ],
)
def test_an_unreadable_file_is_put_aside_whole(
    home: Home, name: str, content: str | bytes, reason: str
) -> None:
    manifest = landed(home, {"ssd_person.csv": PEOPLE, name: content})
    entry = outcome(manifest, name)
    assert entry.outcome == lake.FILE_QUARANTINED
    assert entry.reason is not None
    assert reason in entry.reason
    assert entry.what_to_do
    data = content.encode() if isinstance(content, str) else content
    folder = home.quarantine / manifest.load_id
    assert (folder / "files" / name).read_bytes() == data
    assert name in (folder / "files.csv").read_text()
    assert len(lake.parquet_files(home, manifest, "ssd_person")) == 1


def test_header_only_is_a_table_of_no_rows(home: Home) -> None:
    manifest = landed(home, {"ssd_person.csv": "pers_person_id,pers_sex"})
    (table,) = manifest.tables
    assert (manifest.outcome, table.rows_in) == (lake.ACCEPTED, 0)
    assert lake.parquet_files(home, manifest, "ssd_person")[0].is_file()


def test_system_files_are_left_alone(home: Home) -> None:
    manifest = landed(home, {"ssd_person.csv": PEOPLE, ".DS_Store": b"\x00", "Thumbs.db": b"\x00"})
    assert [file.name for file in manifest.files] == ["ssd_person.csv"]


def test_last_months_files_again_are_noted(home: Home) -> None:
    landed(home, {"ssd_person.csv": PEOPLE})
    folder = home.landing / LA / "2022-10" / "ssd"
    folder.mkdir(parents=True)
    (folder / "ssd_person.csv").write_text(PEOPLE)
    (manifest,) = land(home, LA, "2022-10", settle_seconds=0)
    assert "2022-09" in manifest.notes[0]


# --- Limits ---------------------------------------------------------------------------------------


def test_a_workbook_that_unpacks_to_too_much_is_put_aside(home: Home) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 5_000_000)
    limits = Limits(workbook_bytes=1_000_000)
    files: dict[str, str | bytes] = {"ssd_person.csv": PEOPLE, "big.xlsx": data.getvalue()}
    entry = outcome(landed(home, files, limits), "big.xlsx")
    assert entry.reason == "it unpacks to more than 1000000 bytes"


def test_a_workbook_with_a_far_cell_is_put_aside(home: Home) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active["A1"] = "dept_team_id"
    book.active["XFD1048576"] = 1
    data = io.BytesIO()
    book.save(data)
    files: dict[str, str | bytes] = {"ssd_person.csv": PEOPLE, "far.xlsx": data.getvalue()}
    entry = outcome(landed(home, files), "far.xlsx")
    assert entry.reason is not None
    assert "row 1048576, column 16384" in entry.reason


def test_a_file_beyond_the_size_or_row_limit_is_put_aside(home: Home) -> None:
    teams = TEAMS + "2,South\n" * 50
    files: dict[str, str | bytes] = {"ssd_person.csv": PEOPLE, "ssd_department.csv": teams}
    entry = outcome(landed(home, files, Limits(rows=10)), "ssd_department.csv")
    assert entry.reason == "it holds more than 10 rows"
    other = Home(home.root / "other")
    entry = outcome(landed(other, files, Limits(file_bytes=300)), "ssd_department.csv")
    assert entry.reason == "it is larger than the limit of 300 bytes"


def test_a_table_that_breaks_off_half_way_leaves_no_rows(home: Home) -> None:
    teams = TEAMS + "2,South\n" * 50
    files: dict[str, str | bytes] = {"ssd_person.csv": PEOPLE, "ssd_department.csv": teams}
    manifest = landed(home, files, Limits(rows=10, chunk_bytes=64))
    assert outcome(manifest, "ssd_department.csv").outcome == lake.FILE_QUARANTINED
    assert manifest.table("ssd_department") is None
    assert not list(home.lake.rglob("*ssd_department*/**/*.parquet*"))


# --- The key --------------------------------------------------------------------------------------


def test_another_key_is_refused(home: Home) -> None:
    landed(home, {"ssd_person.csv": PEOPLE})
    key = home.keys / "identity.key"
    key.unlink()
    drop(home, {"ssd_person.csv": PEOPLE + "3,F,\n"})
    with pytest.raises(CscError, match="is missing"):
        land(home, LA, MONTH, settle_seconds=0)
    key.write_bytes(b"x" * 32)
    with pytest.raises(CscError, match="not the one"):
        land(home, LA, MONTH, settle_seconds=0)
