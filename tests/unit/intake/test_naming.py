"""A name of a file or sheet that may be a person's is told nowhere; the file can be found still."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from csc_warehouse import home_settings
from csc_warehouse.command import cli
from csc_warehouse.errors import said_by_system
from csc_warehouse.intake.naming import told, told_path
from csc_warehouse.month import Month
from csc_warehouse.places import Home
from csc_warehouse.run_month import deliveries

LA, MONTH = "991", "2022-09"
CANARY = "Quillfeather"
PEOPLE = "pers_person_id,pers_dob\n7,2010-02-01\n"
#: Of a column of days, half in a form that is told.
REFERRALS = "cine_referral_id,cine_person_id,cine_referral_date\nR1,7,2022-09-01\nR2,7,09/30/2022\n"


@pytest.mark.parametrize(
    "name",
    [
        "ssd_person.csv",
        "SSD_Person_202209.csv",
        "ssd_person_20221003.csv",
        "ssd_person_03-10-2022.csv",
        "992 ssd person 2022-09.csv",
        "Annex A List 1.xlsx#List_1",
        "ReturnInterviews.csv",
        "2019-02 reviews.csv",
        "CIN census 2021-22 v2.xml#header",
    ],
)
def test_a_name_of_words_of_ours_is_told(name: str) -> None:
    assert told(name, [name], month=MONTH) == name


@pytest.mark.parametrize(
    "name",
    [
        "ssd_person Quillfeather.csv",
        "QuillfeatherNotes.csv",
        "ssd_Ünal.csv",
        "ssd_person_J.csv",
        "20080514 contacts.csv",
        "contacts 14-05-2008.csv",
        "contacts of 943 476 2001.csv",
        "contacts 2008-05-14.csv",
    ],
)
def test_another_name_is_told_by_its_place_and_size(name: str) -> None:
    names = ["0.csv", name, "z.csv"]
    place = sorted(names).index(name) + 1
    said = told(name, names, size=14202, month=MONTH)
    assert said == f"file {place} of 3 by name (.csv, 14,202 bytes)"
    assert (
        told_path(Path("/landing") / name, names) == f"/landing: file {place} of 3 by name (.csv)"
    )


def test_a_sheet_is_told_apart_from_its_file() -> None:
    labels = ["contacts.xlsx#Quill", "contacts.xlsx#Able", "Quill.xlsx#contacts", "Quill.xlsx#Q"]
    assert [told(label, labels) for label in labels] == [
        "contacts.xlsx, sheet 2 by name",
        "contacts.xlsx, sheet 1 by name",
        "file 1 of 2 by name (.xlsx), sheet contacts",
        "file 1 of 2 by name (.xlsx), sheet 1 by name",
    ]


def test_a_kind_of_file_may_be_a_name_too() -> None:
    assert told("contacts.quill", []) == "file 1 of 1 by name"


# --- On the roads ---------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = Home(tmp_path / "home")
    monkeypatch.setenv("CSC_HOME", str(home.root))
    drop(home, "ssd_person.csv", PEOPLE)
    return home


def drop(home: Home, name: str, text: str, folder: str = "ssd") -> Path:
    path = home.landing / LA / MONTH / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def land(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> Callable[[], tuple[int, str]]:
    """Run `csc land`: its code, and all that stood on the screen and in the log at any level."""
    caplog.set_level(logging.DEBUG)

    def run() -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["csc", "land", "--month", MONTH])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capfd.readouterr()
        return int(str(ended.value.code)), said.out + said.err + caplog.text

    return run


Land = Callable[[], tuple[int, str]]


def test_what_is_kept_or_put_aside_is_not_named(home: Home, land: Land) -> None:
    drop(home, f"{CANARY} ssd_cin_episodes.csv", REFERRALS)
    drop(home, f"about {CANARY}.csv", "who,what\nnobody,nothing\n")
    book = openpyxl.Workbook()
    book.active.title = CANARY
    book.active.append(["who", "what"])
    book.active.append(["nobody", "nothing"])
    book.save(home.landing / LA / MONTH / "ssd" / "ssd_contacts.xlsx")
    code, said = land()
    assert code == 0 and CANARY not in said
    assert (
        "file 1 of 4 by name (.csv, 83 bytes), cine_referral_date: 1 as 09/30/2022, the month"
        in said
    )
    assert "file 2 of 4 by name (.csv, 24 bytes): it is no table of ssd" in said
    assert "ssd_contacts.xlsx, sheet 1 by name: it is no table of ssd" in said
    # Who corrects it finds it by name where only they may look.
    (listed,) = home.quarantine.glob("*/files.csv")
    assert CANARY in listed.read_text()


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        (f"ssd_person {CANARY}.csv.part", PEOPLE, "file 1 of 2 by name is still being written"),
        (f"{CANARY} 2021-01.csv", PEOPLE, "file 1 of 2 by name (.csv): its name says 2021-01"),
        (f"ssd_person {CANARY}.csv", "", "file 1 of 1 by name (.csv, 0 bytes): it is empty"),
    ],
)
def test_what_is_refused_is_not_named(
    home: Home, land: Land, name: str, text: str, wanted: str
) -> None:
    if not text:
        (home.landing / LA / MONTH / "ssd" / "ssd_person.csv").unlink()
    drop(home, name, text)
    code, said = land()
    assert code == 1 and CANARY not in said
    assert wanted in " ".join(said.split())


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("/")])
def test_what_is_no_file_is_not_named(home: Home, land: Land, make: Callable[[Path], None]) -> None:
    make(home.landing / LA / MONTH / "ssd" / CANARY)
    code, said = land()
    assert code == 1 and CANARY not in said and "ssd: file 1 of 2 by name is a " in said


def test_what_lies_beside_the_folders_is_not_named(home: Home, land: Land) -> None:
    drop(home, f"{CANARY}.csv", PEOPLE, folder=".")
    code, said = land()
    assert code == 0 and CANARY not in said
    assert "file 1 of 2 by name (.csv, 37 bytes) is ssd_person of ssd: move it" in said


def test_what_is_waited_for_is_not_named(home: Home, land: Land) -> None:
    drop(home, f"{CANARY}.csv", "who,what\nnobody,nothing\n")
    land()
    month = str(Month.holding(datetime.now(tz=UTC).date()))
    later = home.landing / LA / month / "ssd"
    later.mkdir(parents=True)
    (later / "ssd_person.csv").write_text(PEOPLE)
    home_settings.path_of(home).write_text("[load]\nquiet_minutes = 0\n")
    (standing,) = deliveries.look(home, month).others
    assert standing.why.endswith("not there yet: file 1 of 2 by name (.csv)")


def test_the_systems_complaint_of_a_dropped_file_or_its_copy_names_its_folder() -> None:
    for folder in ("landing/991/2022-09/ssd", "quarantine/.x.m0.1.part/files"):
        said = said_by_system(OSError(5, "EIO", f"/csc/{folder}/{CANARY}.csv")) or ""
        assert CANARY not in said and f"a file in /csc/{folder}." in said
    assert "/csc/lake/x.parquet" in str(said_by_system(OSError(5, "EIO", "/csc/lake/x.parquet")))
