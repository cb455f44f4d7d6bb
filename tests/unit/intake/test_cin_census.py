"""The children in need census: each quirk of domain.md section 4, refusals, and no row lost."""

from __future__ import annotations

import csv
from pathlib import Path
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csc_fictional import generate
from csc_warehouse import lake
from csc_warehouse.intake.adapters import cin_census
from csc_warehouse.intake.adapters.cin_census import CinCensusAdapter
from csc_warehouse.intake.adapters.tabular import Limits, Unreadable
from csc_warehouse.intake.landing import LoadRefused, land
from csc_warehouse.places import SEEDS, Home
from library.places import SHARED

LA, MONTH = "994", "2024-03"
THIRD_PARTY = SHARED / "third_party" / "cin_census" / "CIN_Census_2024.xml"
HEADER = (
    "<Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year>"
    "<ReferenceDate>2024-03-31</ReferenceDate></CollectionDetails></Header>"
)


def census(children: str, header: str = HEADER, before: str = "") -> str:
    return f"{before}<Message>\n{header}\n<Children>\n{children}\n</Children>\n</Message>\n"


def child(details: str, identifiers: str = "<LAchildID>C1</LAchildID>") -> str:
    return f"<Child><ChildIdentifiers>{identifiers}</ChildIdentifiers>{details}</Child>"


Read = dict[str, list[dict[str, str]]]


def read(path: Path, text: str | bytes) -> tuple[Read, list[str]]:
    """The rows of each table of a census, without nulls, and why pieces were put aside."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    tables: Read = {}
    reasons: list[str] = []
    for sheet in CinCensusAdapter().open_sheets(path, path.name, Limits()):
        positions = {name: at for at, name in enumerate(sheet.headers)}
        for batch in sheet.read(positions):
            lines = batch.row_numbers.tolist()
            for row, line in zip(batch.table.to_pylist(), lines, strict=True):
                kept = {name: value for name, value in row.items() if value is not None}
                tables.setdefault(sheet.title, []).append({**kept, "line": str(line)})
            reasons += [reject.reason for reject in batch.rejects]
    return tables, reasons


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "census.xml"


def test_a_child_has_several_referrals_and_each_has_its_own(path: Path) -> None:
    tables, reasons = read(path, census(child(
        "<CINdetails><CINreferralDate>2023-05-01</CINreferralDate>"
        "<Assessments><AssessmentActualStartDate>2023-05-02</AssessmentActualStartDate>"
        "<FactorsIdentifiedAtAssessment><AssessmentFactors>1A</AssessmentFactors>"
        "<AssessmentFactors>2B</AssessmentFactors></FactorsIdentifiedAtAssessment></Assessments>"
        "</CINdetails>"
        "<CINdetails><Section47><S47ActualStartDate>2024-01-03</S47ActualStartDate></Section47>"
        "<CINreferralDate>2024-01-01</CINreferralDate></CINdetails>"
    )))  # fmt: skip
    assert reasons == []
    assert [row["cin_referral_date"] for row in tables["cin_details"]] == [
        "2023-05-01",
        "2024-01-01",
    ]
    (assessment,) = tables["assessments"]
    assert assessment["assessment_factors"] == "1A,2B"
    assert assessment["cin_referral_date"] == "2023-05-01"
    # the referral's date may stand behind what belongs to it
    (enquiry,) = tables["section47"]
    assert (enquiry["la_child_id"], enquiry["cin_referral_date"]) == ("C1", "2024-01-01")


def test_the_conference_may_stand_at_either_level(path: Path) -> None:
    tables, _ = read(path, census(child(
        "<CINdetails><DateOfInitialCPC>2023-06-01</DateOfInitialCPC>"
        "<Section47><DateOfInitialCPC>2023-07-01</DateOfInitialCPC></Section47></CINdetails>"
    )))  # fmt: skip
    assert tables["cin_details"][0]["date_of_initial_cpc"] == "2023-06-01"
    assert tables["section47"][0]["date_of_initial_cpc"] == "2023-07-01"


def test_sex_and_the_gender_of_earlier_years(path: Path) -> None:
    tables, _ = read(path, census(
        child("", "<LAchildID>1</LAchildID><Sex>F</Sex>")
        + child("", "<LAchildID>2</LAchildID><GenderCurrent>1</GenderCurrent>")
    ))  # fmt: skip
    first, second = tables["children"]
    assert first["sex"] == "F" and "gender_current" not in first
    assert second["gender_current"] == "1"


def test_reviews_have_the_plan_and_the_child_around_them(path: Path) -> None:
    tables, _ = read(path, census(child(
        "<CINdetails><ChildProtectionPlans><CPPstartDate>2023-05-01</CPPstartDate>"
        "<NumberOfPreviousCPP>2</NumberOfPreviousCPP><Reviews>"
        "<CPPreviewDate>2023-08-01</CPPreviewDate><CPPreviewDate>2023-12-01</CPPreviewDate>"
        "</Reviews></ChildProtectionPlans></CINdetails>"
    )))  # fmt: skip
    assert tables["child_protection_plans"][0]["number_of_previous_cpp"] == "2"
    assert [row["cpp_review_date"] for row in tables["reviews"]] == ["2023-08-01", "2023-12-01"]
    assert {row["cpp_start_date"] for row in tables["reviews"]} == {"2023-05-01"}


def test_the_module_of_2026_is_read_and_an_unknown_element_is_put_aside(path: Path) -> None:
    tables, reasons = read(path, census(child(
        "<CINdetails><PreProceedingsandFGDM><PPStartDate>2026-01-01</PPStartDate>"
        "<FGDMMeetingOffer>1</FGDMMeetingOffer><PPOutcome>A</PPOutcome>"
        "</PreProceedingsandFGDM><Invented><CINreferralDate>2000-01-01</CINreferralDate>"
        "</Invented><CINreferralDate>2023-05-01</CINreferralDate></CINdetails>"
    )))  # fmt: skip
    assert reasons == [cin_census.UNKNOWN]
    assert tables["cin_details"][0]["cin_referral_date"] == "2023-05-01"
    (steps,) = tables["pre_proceedings"]
    steps.pop("line")
    assert steps == {
        "la_child_id": "C1", "cin_referral_date": "2023-05-01", "pp_start_date": "2026-01-01",
        "fgdm_meeting_offer": "1",
    }  # fmt: skip


def test_text_between_the_elements_is_put_aside(path: Path) -> None:
    _, reasons = read(path, census(child("stray<CINdetails/>")))
    assert reasons == [cin_census.STRAY]


def test_a_row_has_the_line_of_its_element(path: Path) -> None:
    tables, _ = read(path, census("\n\n" + child("<CINdetails/><CINdetails/>")))
    assert tables["children"][0]["line"] == "6"
    assert [row["line"] for row in tables["cin_details"]] == ["6", "7"]


BOMB = '<!DOCTYPE Message [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (census(child("&b;"), before=BOMB), "document type declaration"),
        (census("", before='<!DOCTYPE Message SYSTEM "file:///etc/passwd">'), "document type"),
        (census(child("<CINdetails>")), "not well-formed XML at line 4"),
        ("<EXPSSDA903/>", "not a children in need census"),
        (census("", HEADER.replace("CIN<", "SC1<")), "not a children in need census"),
        (census("", header=""), "not a children in need census"),
        ("<Message>" + "<Children>" * 30, "nested more than"),
        ('<?xml version="1.0" encoding="nonsense"?><Message/>', "encoding|not well-formed"),
        ("", "it is empty"),
    ],
)
def test_what_is_no_census_is_refused_with_the_place(path: Path, text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read(path, text)


def test_a_census_is_of_a_march() -> None:
    assert CinCensusAdapter().check_month("2024-03") is None
    assert "31 March" in str(CinCensusAdapter().check_month("2024-04"))


@pytest.mark.parametrize(
    ("code_set", "code", "first_day"),
    [
        ("assessment_factor", "18B", "2020-04-01"),
        ("assessment_factor", "19C", "2020-04-01"),
        ("assessment_factor", "24A", "2021-04-01"),
        ("referral_source", "5D", "2022-04-01"),
        ("close_reason", "RC9", "2022-04-01"),
    ],
)
def test_codes_are_valid_in_the_censuses_that_have_them(
    code_set: str, code: str, first_day: str
) -> None:
    with (SEEDS / "code_sets" / "code.csv").open(encoding="utf-8", newline="") as file:
        found = [
            (row["valid_from"], row["valid_to"])
            for row in csv.DictReader(file)
            if (row["code_set"], row["code"]) == (code_set, code)
        ]
    assert found == [(first_day, "")]


@pytest.mark.skipif(not THIRD_PARTY.is_file(), reason="the third-party census isn't here")
def test_a_census_that_somebody_else_wrote_loses_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path)
    folder = home.landing / LA / MONTH / "cin_census"
    folder.mkdir(parents=True)
    ours = THIRD_PARTY.read_text(encoding="utf-8").replace("<LEA>201<", f"<LEA>{LA}<")
    (folder / THIRD_PARTY.name).write_text(ours, encoding="utf-8")
    (manifest,) = land(home, LA, MONTH, settle_seconds=0)
    assert (manifest.rows_in, manifest.rows_kept, manifest.rows_quarantined) == (15, 14, 1)
    with (home.quarantine / manifest.load_id / "rows.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["sheet"], row["row_number"]) == ("children", "24")
    for table in manifest.tables:
        for lake_file in lake.parquet_files(home, manifest, table.name):
            assert "upn" not in pq.read_schema(lake_file).names


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (HEADER.replace("2024-03-31", "2023-03-31"), "census year 2023, its folder 2024"),
        (
            HEADER.replace("</Header>", "<Source><LEA>201</LEA></Source></Header>"),
            "authority 201, ",
        ),
    ],
    ids=["year", "authority"],
)
def test_a_census_whose_header_names_another_year_or_authority_is_refused(
    tmp_path: Path, header: str, said: str
) -> None:
    home = Home(tmp_path)
    folder = home.landing / LA / MONTH / "cin_census"
    folder.mkdir(parents=True)
    (folder / "census.xml").write_text(census(child(""), header), encoding="utf-8")
    with pytest.raises(LoadRefused, match=f"census.xml: its header says the {said}"):
        land(home, LA, MONTH, settle_seconds=0)


def test_the_generator_writes_the_census_of_each_march(tmp_path: Path) -> None:
    written = generate("994", "2021-12", "2022-04", 0.05, 7, "cin_census", tmp_path)
    assert [path.name for path in written] == ["CIN_Census_2022.xml"]
    root = ElementTree.parse(written[0]).getroot()
    dates = [element.text or "" for element in root.iter("CINreferralDate")]
    assert len(dates) > 50
    tables, reasons = read(tmp_path / "copy.xml", written[0].read_bytes())
    assert reasons == []
    assert len(tables["cin_details"]) == len(dates)
    assert {row["gender_current"] for row in tables["children"]} <= {"0", "1", "2"}
    # what was closed before the year, or referred after it, is not in its census
    assert max(dates) <= "2022-03-31"
    closed = [row.get("cin_closure_date", "9999") for row in tables["cin_details"]]
    assert min(closed) >= "2021-04-01"


pieces = st.sampled_from(
    ["<Child>", "</Child>", "<CINdetails>", "</CINdetails>", "<LAchildID>", "</LAchildID>", "a",
     "\n", "<Sex>M</Sex>", "&amp;", "&b;", "<x y='1'/>", "<!-- c -->", "<![CDATA[<]]>", "\x00", "é",
     "<Disability>AUT</Disability>", "</Message>"]
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(parts=st.lists(pieces, max_size=20))
def test_any_text_is_read_or_refused(
    parts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = Home(tmp_path_factory.mktemp("census"))
    folder = home.landing / LA / MONTH / "cin_census"
    folder.mkdir(parents=True)
    (folder / "census.xml").write_text(census(child("<CINdetails/>") + "".join(parts)))
    try:
        (manifest,) = land(home, LA, MONTH, settle_seconds=0)
    except LoadRefused as refused:
        (manifest,) = refused.manifests
    assert manifest.rows_in == manifest.rows_kept + manifest.rows_quarantined
