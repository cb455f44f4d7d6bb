"""The seeds of codes: every spelling leads to one code, and what the generator writes is known."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from csc_fictional import codes as generated
from csc_warehouse.places import DBT_PROJECT, SEEDS

STAGING = DBT_PROJECT / "models" / "staging"

# The generator's code sets, by the name of the seed's. Statuses that are no care status and
# immigration statuses that are not unaccompanied have one code for all of them.
GENERATED = {
    "SEX": "sex",
    "ETHNICITY": "ethnicity",
    "DISABILITY": "disability",
    "NEED": "primary_need",
    "SOURCE": "referral_source",
    "CLOSE_REASON": "close_reason",
    "CATEGORY": "abuse_category",
    "LEGAL_STATUS": "legal_status",
    "EPISODE_START": "episode_start_reason",
    "EPISODE_END": "episode_end_reason",
    "PLACEMENT_TYPE": "placement_type",
    "PROVIDER": "placement_provider",
    "CHANGE_REASON": "placement_change_reason",
    "PARTICIPATION": "review_participation",
    "HEALTH_STATUS": "health_check_status",
    "IMMIGRATION": "immigration_status",
    "IN_TOUCH": "care_leaver_in_touch",
    "ACCOMMODATION": "care_leaver_accommodation",
    "SUITABILITY": "care_leaver_suitability",
    "MISSING_TYPE": "missing_type",
    "YES_NO": "yes_no_na",
}
COLLECTIVE = {"SO": "NOT_CARE", "SG": "NOT_CARE"} | dict.fromkeys(
    ("ILR", "DLR", "REFUGEE", "ADULT"), "OTHER"
)


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a seed."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def compared(text: str) -> str:
    """Text as the crosswalk compares it: upper case, apostrophes out, other signs one space."""
    return re.sub(r"[^A-Z0-9]+", " ", re.sub("['’]", "", text.upper())).strip()


@cache
def spellings() -> dict[tuple[str, str], set[str]]:
    """Code set and compared spelling, with the codes that it stands for."""
    found: dict[tuple[str, str], set[str]] = {}
    for row in rows(SEEDS / "code_sets" / "code.csv"):
        for text in (row["code"], row["label"]):
            found.setdefault((row["code_set"], compared(text)), set()).add(row["code"])
    for row in rows(SEEDS / "crosswalks" / "code_alias.csv"):
        key = (row["code_set"], compared(row["alias"]))
        found.setdefault(key, set()).add(row["code"])
    return found


def generated_labels() -> Iterator[tuple[str, str, str]]:
    """Code set, label and code of all that the generator writes."""
    for name, code_set in GENERATED.items():
        chosen = getattr(generated, name)
        for code, label in zip(chosen.codes, chosen.labels, strict=True):
            yield code_set, label, COLLECTIVE.get(code, code).upper()


def test_a_spelling_stands_for_one_code() -> None:
    ambiguous = {key: codes for key, codes in spellings().items() if len(codes) > 1}
    assert ambiguous == {}


@pytest.mark.parametrize("code_set", ["yes_no", "yes_no_na", "yes_no_unknown"])
def test_an_interview_that_was_offered_and_declined_was_not_accepted(code_set: str) -> None:
    """In the column of accepted interviews it is no yes: it stays unknown, and is listed."""
    for text in ("Offered and Declined", "Declined", "Offered, declined"):
        assert "Y" not in spellings().get((code_set, compared(text)), set())


def test_activities_that_begin_with_p_are_part_time() -> None:
    """Each spelling that says part or full time leads to a code of that letter."""
    for (code_set, text), codes in spellings().items():
        if code_set == "care_leaver_activity" and ("PART TIME" in text or "FULL TIME" in text):
            letter = "P" if "PART TIME" in text else "F"
            assert {code[0] for code in codes} == {letter}, text


def test_the_return_has_needs_n1_to_n8_and_one_accommodation_more_than_a_validator() -> None:
    """S1 and X1 are read as S2 and X2 are: a letter, and whether it suits."""
    letters = {code for codes in spellings().values() for code in codes if code in ("S", "X")}
    assert letters == {"S", "X"}
    for letter in "BCDEGHKRSTUVWXYZ":
        assert spellings()["care_leaver_accommodation", letter] == {letter}
    for need in range(9):
        assert spellings()["primary_need", f"N{need}"] == {f"N{need}"}


def test_sex_of_earlier_returns_is_known() -> None:
    """1 and 2 until 2023-24, then M, F and U; the census had 0 and 9 besides."""
    found = {text: spellings()["sex", text] for text in ("0", "1", "2", "9", "M", "F", "U")}
    assert [code for codes in found.values() for code in codes] == [*"UMFUMFU"]


def test_every_alias_leads_to_a_code_of_its_set() -> None:
    known = {(row["code_set"], row["code"]) for row in rows(SEEDS / "code_sets" / "code.csv")}
    aliases = rows(SEEDS / "crosswalks" / "code_alias.csv")
    assert {(row["code_set"], row["code"]) for row in aliases} <= known
    assert {row["match"] for row in aliases} == {"whole", "start"}


def test_a_code_is_in_its_set_once() -> None:
    codes = [(row["code_set"], row["code"]) for row in rows(SEEDS / "code_sets" / "code.csv")]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("folder", ["ssd", "annex_a", "ssda903"])
def test_staging_matches_code_sets_that_exist(folder: str) -> None:
    """A code set that is misspelt in a join would make every code unknown."""
    known = {row["code_set"] for row in rows(SEEDS / "code_sets" / "code.csv")} | {"outcome_flags"}
    joined: set[tuple[str, str]] = set()
    for path in (STAGING / folder).glob("*.sql"):
        text = path.read_text(encoding="utf-8")
        joined |= set(re.findall(r"join_codes\(\s*'\w+',\s*'(\w+)',\s*'\w+',\s*'(\w+)'", text))
    values = (STAGING / folder / f"stg_{folder}__code_values.sql").read_text(encoding="utf-8")
    listed = set(re.findall(r"\('(\w+)', '\w+', '(\w+)'\)", values))
    cut = {pair for pair in joined if pair[1].endswith("_text")}  # cut out of a column there
    assert joined
    assert {code_set for code_set, _ in joined} <= known
    assert joined - cut <= listed


def test_what_the_generator_writes_is_known() -> None:
    wrong = [
        (code_set, label, code)
        for code_set, label, code in generated_labels()
        if spellings().get((code_set, compared(label))) != {code}
    ]
    assert wrong == []
