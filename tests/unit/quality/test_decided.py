"""A council's own threshold of a rule, and its own owner, decide for it and for nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from csc_warehouse import council
from csc_warehouse.places import EXPECTATIONS, Home
from csc_warehouse.quality.decided import Decided
from csc_warehouse.quality.results import (
    CRITICAL,
    FAIL,
    NOT_APPLICABLE,
    PASS_WITH_FAILURES,
    WARN,
    WARNING,
    Result,
    result_of,
)
from csc_warehouse.quality.rules import read_rule_file

RULE = next(
    rule
    for rule in read_rule_file(EXPECTATIONS / "staging" / "assessment_factors.yml").rules
    if rule.rule_id == "CIN-8898"
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """992 allows a fifth from September on, and stops at a half; its manager has another name."""
    home = Home(tmp_path)
    folder = council.folder(home, "992")
    folder.mkdir(parents=True)
    (folder / "thresholds.csv").write_text(
        "rule_id,max_share,critical_share,set_by,valid_from,valid_to\n"
        "CIN-8898,0.2,0.5,Quality board,2022-09-01,2022-11-01\n"
    )
    (folder / "owners.csv").write_text(
        f"owner,owner_name,valid_from\n{RULE.owner},Hub lead,2022-09-30\n"
    )
    return home


def decided(home: Home, la_code: str, failed: int, month: str = "2022-09") -> Result:
    found = result_of(RULE, la_code, evaluated=100, failed=failed)
    return Decided.read(home, ["991", "992"], month).of(found)


def test_the_projects_own_threshold_is_another() -> None:
    assert RULE.max_share < 0.1
    assert RULE.critical_share is None or RULE.critical_share > 0.6
    assert RULE.severity == WARNING


@pytest.mark.parametrize(
    ("la_code", "month", "failed", "status", "severity", "owner"),
    [
        ("992", "2022-09", 20, PASS_WITH_FAILURES, WARNING, "Hub lead"),
        ("992", "2022-09", 21, WARN, WARNING, "Hub lead"),
        ("992", "2022-09", 51, FAIL, CRITICAL, "Hub lead"),
        ("991", "2022-09", 20, WARN, WARNING, RULE.owner),
        ("992", "2022-08", 20, WARN, WARNING, RULE.owner),
        ("992", "2022-10", 20, PASS_WITH_FAILURES, WARNING, "Hub lead"),
        ("992", "2022-11", 20, WARN, WARNING, "Hub lead"),
    ],
)
def test_what_is_decided_holds_in_its_time(
    home: Home, la_code: str, month: str, failed: int, status: str, severity: str, owner: str
) -> None:
    found = decided(home, la_code, failed, month)
    assert (found.status, found.severity, found.rule.owner) == (status, severity, owner)


def test_what_was_not_judged_stays_so(home: Home) -> None:
    nothing = result_of(RULE, "992", evaluated=0)
    broken = result_of(RULE, "992", fault="it stopped")
    of = Decided.read(home, ["992"], "2022-09").of
    assert of(nothing).status == NOT_APPLICABLE
    assert of(broken).status == broken.status
    assert of(broken).rule.owner == "Hub lead"
