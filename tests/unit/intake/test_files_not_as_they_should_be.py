"""Files in the wrong folder or under a wrong name, and titles above a header: read, or named."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from csc_warehouse import lake
from csc_warehouse.errors import DataRefused
from csc_warehouse.intake.dropped import misplaced
from csc_warehouse.intake.inspection import inspect
from csc_warehouse.intake.landing import LoadRefused, land
from csc_warehouse.places import Home
from library.old_workbook import old_workbook

LA, MONTH = "991", "2022-03"
PEOPLE = "pers_person_id,pers_sex,pers_dob\n1,F,2010-01-01\n2,M,2011-02-03\n"
CONTACTS = (
    "Child Unique ID,Gender,Ethnicity,Date of Birth,Age of Child (Years),Date of Contact,"
    "Contact Source\n7,F,WBRI,01/02/2010,12,01/03/2022,Police\n"
)
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC\n7,01/06/2020,S,V2,N1,U6,PR1,,\n"
INTERVIEWS = (
    "return_interview_id,person_id,missing_start,missing_end,offered\n1,7,2022-03-01,2022-03-02,Y\n"
)
#: By source: a file of it, and its table.
FILES = {
    "ssd": ("ssd_person.csv", PEOPLE, "ssd_person"),
    "annex_a": ("contacts.csv", CONTACTS, "list_1_contacts"),
    "ssda903": ("episodes.csv", EPISODES, "episodes"),
    "local": ("return_interviews.csv", INTERVIEWS, "return_interviews"),
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def drop(home: Home, source: str, name: str, content: str | bytes) -> Path:
    """Put a file into the folder of a source."""
    path = home.landing / LA / MONTH / source / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def landed(home: Home, source: str) -> lake.LoadManifest:
    (manifest,) = land(home, LA, MONTH, source, settle_seconds=0)
    return manifest


def workbook(path: Path, text: str, above: tuple[str, ...] = ()) -> None:
    """The lines of a CSV text as a workbook, below lines of a title."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Sheet1")
        for at, line in enumerate([*above, *text.splitlines()]):
            sheet.write_row(at, 0, line.split(","))


@pytest.mark.parametrize(
    "title",
    [
        "Extract of March 2022\n",
        "Extract of March 2022,,,\n\n",
        '"Contacts, referrals and others",Run by: A Nobody\nOfficial,,\n',
    ],
    ids=["one cell", "padded", "two lines"],
)
@pytest.mark.parametrize("source", FILES)
def test_a_title_above_the_header_is_passed_over(home: Home, source: str, title: str) -> None:
    name, text, table = FILES[source]
    drop(home, source, name, title + text)
    if source == "ssda903":
        drop(home, source, "header.csv", "CHILD,SEX,DOB,ETHNIC,UPN\n7,1,01/02/2010,WBRI,\n")
    entry = landed(home, source).table(table)
    assert entry is not None
    assert (entry.rows_in, entry.rows_kept) == (text.count("\n") - 1,) * 2


@pytest.mark.parametrize("source", ["ssd", "annex_a", "ssda903", "local"])
def test_a_workbook_called_csv_and_the_other_way_round(home: Home, source: str) -> None:
    name, text, table = FILES[source]
    path = home.landing / LA / MONTH / source / name
    workbook(path.with_suffix(".xlsx"), text, ("A title",))
    path.with_suffix(".xlsx").rename(path)
    if source == "ssda903":
        header = "CHILD,SEX,DOB,ETHNIC,UPN\n7,1,01/02/2010,WBRI,\n"
        drop(home, source, "header.xlsx", header)
    manifest = landed(home, source)
    entry = manifest.table(table)
    assert entry is not None and entry.rows_kept == text.count("\n") - 1
    if source == "ssda903":
        header_entry = manifest.table("header")
        assert header_entry is not None and header_entry.rows_kept == 1


@pytest.mark.parametrize("source", FILES)
def test_an_old_workbook_is_read(home: Home, source: str) -> None:
    name, text, table = FILES[source]
    rows = [line.split(",") for line in text.splitlines()]
    drop(home, source, Path(name).stem + ".xls", old_workbook([["A title"], *rows], "Sheet1"))
    if source == "ssda903":
        drop(home, source, "header.csv", "CHILD,SEX,DOB,ETHNIC,UPN\n7,1,01/02/2010,WBRI,\n")
    entry = landed(home, source).table(table)
    assert entry is not None
    assert (entry.rows_in, entry.rows_kept) == (text.count("\n") - 1,) * 2


@pytest.mark.parametrize("cut", [0.3, 0.7])
def test_an_old_workbook_that_is_cut_off_is_named(home: Home, cut: float) -> None:
    drop(home, "ssd", "ssd_person.csv", PEOPLE)
    whole = old_workbook([["cont_contact_id"], *([float(n)] for n in range(500))], "ssd_contacts")
    drop(home, "ssd", "ssd_contacts.xls", whole[: int(len(whole) * cut)])
    (entry,) = [file for file in landed(home, "ssd").files if file.name == "ssd_contacts.xls"]
    assert entry.outcome == lake.FILE_QUARANTINED
    assert entry.reason and entry.what_to_do


def test_a_zip_archive_and_a_web_page_are_named(home: Home) -> None:
    drop(home, "ssd", "ssd_person.csv", PEOPLE)
    path = drop(home, "ssd", "rest.zip", b"")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ssd_contacts.csv", "cont_contact_id\n1\n")
    drop(home, "ssd", "ssd_contacts.xls", "<html><table><tr><td>1</td></tr></table></html>")
    files = landed(home, "ssd").files
    found = {file.name: (file.outcome, file.reason) for file in files}
    assert found["rest.zip"] == (lake.FILE_QUARANTINED, "it is a zip archive")
    (archive_entry,) = [file for file in files if file.name == "rest.zip"]
    assert archive_entry.what_to_do == "Unpack it and put its files into the landing folder."
    assert found["ssd_contacts.xls"] == (
        lake.FILE_QUARANTINED,
        "it is a web page, whatever its name says",
    )


@pytest.mark.parametrize(
    ("source", "suffix"),
    [("cin_census", ".xml"), ("ssda903", ".xml"), ("annex_a", ".xlsx"), ("local", ".parquet")],
)
def test_nothing_in_a_file_and_an_archive_are_named_whatever_the_suffix(
    home: Home, source: str, suffix: str
) -> None:
    archive = drop(home, source, f"one{suffix}", b"")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("return.xml", "<Message/>")
    drop(home, source, f"two{suffix}", b"")
    with pytest.raises(LoadRefused) as refused:
        landed(home, source)
    reasons = {file.name: file.reason for file in refused.value.manifests[0].files}
    assert "archive" in reasons[f"one{suffix}"]
    assert reasons[f"two{suffix}"] == "it is empty"


@pytest.mark.parametrize("source", ["annex_a", "ssda903", "local"])
def test_a_file_in_the_folder_of_another_source_is_told_where_it_belongs(
    home: Home, source: str
) -> None:
    name, text, table = FILES[source]
    drop(home, "ssd", "ssd_person.csv", PEOPLE)
    drop(home, "ssd", name, text)
    found = {file.name: file for file in landed(home, "ssd").files}
    assert found[name].outcome == lake.FILE_QUARANTINED
    assert found[name].reason == f"it is no table of ssd but {table} of {source}"
    assert found[name].what_to_do == f"Move it into the folder {source} of its month."


def test_a_refusal_names_the_file_and_where_it_belongs(home: Home) -> None:
    drop(home, "ssda903", "ssd_person.csv", PEOPLE)
    with pytest.raises(LoadRefused, match=r"ssd_person.csv: it is no table of ssda903 but ss"):
        landed(home, "ssda903")


def test_loose_files_are_told_the_folder_of_their_source(home: Home) -> None:
    path = home.landing / LA / MONTH / "ssd_person.csv"
    path.parent.mkdir(parents=True)
    path.write_text(PEOPLE)
    with pytest.raises(DataRefused, match=r"ssd_person.csv is ssd_person of ssd: move it into"):
        land(home, LA, MONTH, settle_seconds=0)


@pytest.mark.parametrize(
    ("name", "is_annual", "is_wrong"),
    [
        ("903 header.csv", True, False),
        ("100 episodes.csv", False, False),
        ("992 episodes.csv", False, True),
        ("991_episodes.csv", False, False),
        ("la_995 x.csv", False, True),
        ("episodes 2011-12.csv", True, False),
        ("episodes 2011-12.csv", False, True),
        ("episodes 2021-03.csv", True, True),
    ],
)
def test_a_number_in_a_name(name: str, is_annual: bool, is_wrong: bool) -> None:
    assert bool(misplaced(name, LA, MONTH, is_annual=is_annual)) is is_wrong


def test_inspect_counts_the_rows_that_landing_puts_aside(home: Home) -> None:
    text = PEOPLE + "pers_person_id,pers_sex,pers_dob\nTotal,,\n"
    path = drop(home, "ssd", "ssd_person.csv", text)
    (file,) = inspect(path).files
    manifest = landed(home, "ssd")
    assert (file.tables[0].rows, file.tables[0].rows_unreadable) == (2, 2)
    assert (manifest.rows_kept, manifest.rows_quarantined) == (2, 2)
