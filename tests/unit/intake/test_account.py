"""What landing says: the sum, and what to look at, without a value of a record."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from csc_warehouse.command.outcome import released
from csc_warehouse.intake.account import account
from csc_warehouse.intake.landing import land
from csc_warehouse.places import Home

PEOPLE = "pers_person_id,pers_sex,pers_dob\n1,F,2010-01-01\nTotal,,\n"
REFERRALS = (
    "cine_referral_id,cine_person_id,referral_dt,cine_close_date\n"
    "R1,1,2022-09-01,2022-09-03\nR2,1,2022-09-02,04/09/2022\nR3,1,2022-09-02,soon\n"
)


@pytest.fixture
def said(tmp_path: Path) -> list[str]:
    """The lines of a load with most of what can be said."""
    home = Home(tmp_path / "home")
    folder = home.landing / "991" / "2022-09" / "ssd"
    folder.mkdir(parents=True)
    (folder / "ssd_person.csv").write_text(PEOPLE)
    (folder / "ssd_cin_episodes.csv").write_text(REFERRALS)
    (folder / "notes.csv").write_text("who,what\nnobody,nothing\n")
    (manifest,) = land(home, "991", "2022-09", settle_seconds=0)
    return account(home, manifest)


def test_the_first_line_is_the_sum(said: list[str]) -> None:
    assert said[0].startswith("991 ssd: 3 files, 5 rows in = 4 kept + 1 quarantined (load ")


def test_each_kind_is_told_with_its_place(said: list[str]) -> None:
    told = {line.strip().partition(": ")[0]: line.strip().partition(": ")[2] for line in said[1:]}
    assert told["put aside"].startswith("notes.csv: it is no table of ssd: its columns are not")
    assert "quarantine" in told["what was put aside, with its reasons"]
    assert re.match(
        r"ssd_cla_episodes \(\d+ indicators\); ssd_legal_", told["tables not delivered"]
    )
    assert re.match(
        r"ssd_cin_episodes\.cine_referral_date \(\d+ indicators\)", told["columns not delivered"]
    )
    assert told["headers that nobody knows"] == (
        "ssd_cin_episodes: referral_dt (perhaps cine_referral_date)"
    )
    assert told["dates"] == (
        "ssd_cin_episodes.csv, cine_close_date: 1 as 2022-09-30, 1 as 30/09/2022, "
        "1 as words or another form (not read)"
    )


def test_no_value_of_a_record_is_said(said: list[str]) -> None:
    assert not any(value in line for line in said for value in ("R1", "soon", "nothing", "Total"))


def test_a_release_says_its_warnings_and_what_is_not_available() -> None:
    summary = {
        "already_published": False,
        "release_id": "r",
        "report": "report.html",
        "analyst_database": "a.duckdb",
        "landed": ["991 ssd: 1 file, 2 rows in = 2 kept + 0 quarantined (load x)"],
        "warnings": 3,
        "not_available": {f"991: reason {number}": 2 for number in range(8)},
    }
    lines = released(summary)
    assert "  991 ssd: 1 file, 2 rows in = 2 kept + 0 quarantined (load x)" in lines
    assert "  warnings          3, by rule in the data-quality report" in lines
    assert "  not available     16 indicators:" in lines
    assert "       2 991: reason 0" in lines
    assert lines[-3] == "    and 2 more reasons (rpt_indicator_availability)"


def test_a_release_says_what_moved_by_cause_and_where_to_look() -> None:
    summary = {
        "already_published": False,
        "release_id": "r",
        "report": "report.html",
        "analyst_database": "a.duckdb",
        "moved": {
            "compared_with": "2022-08-a",
            "indicators": 5,
            "causes": {"added": 4, "related": 2},
        },
    }
    assert released(summary)[1:5] == [
        "  moved             5 indicators, in figures that 2022-08-a had:",
        "       4 by records added",
        "       2 by another record of the child or a rule",
        "    where: csc diff 2022-08-a, or the report's page What changed",
    ]
    unmoved = {"compared_with": "2022-08-a", "indicators": 0, "causes": {}}
    assert "no figure that 2022-08-a had" in released(summary | {"moved": unmoved})[1]
    assert "nothing to compare with" in released(summary | {"moved": {"compared_with": None}})[1]
