"""docs/deliveries.md: every row stands there, and a part of them is done again here.

`make deliveries` does all of them as whole months, in half an hour, and writes the page.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from csc_warehouse.places import Home
from library.delivered import deliver, judge
from library.deliveries import NAMES, SOURCES, Row, Verdict, make_extracts, rows, sample
from library.places import PROJECT

PAGE = PROJECT / "docs" / "deliveries.md"
LINES = PAGE.read_text(encoding="utf-8").splitlines()
EVERY = list(rows())


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_extracts(tmp_path_factory.mktemp("extracts"))


def test_there_are_as_many_deliveries_as_are_asked_for_and_of_every_source() -> None:
    assert len(EVERY) >= 60
    assert max(Counter(row.name for row in EVERY).values()) == 1
    kinds = {(row.source, row.verdict) for row in EVERY}
    for source in SOURCES:
        assert len([kind for kind in kinds if kind[0] == source]) >= 2, source


def test_the_page_has_a_line_of_each() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert len([line for line in page.splitlines() if line.startswith("| ")]) == len(EVERY) + len(
        Verdict
    )
    for row in EVERY:
        assert f" | {row.what} | " in page


def test_the_page_says_of_each_the_code_the_release_and_who_hears_what() -> None:
    told = {
        Verdict.PUBLISHED: ("0", ": published"),
        Verdict.STOPPED: ("1", ": waits for an approval"),
        Verdict.REFUSED: ("1", ": refused"),
    }
    for row in EVERY:
        start = f"| {NAMES[row.source]} | {row.what} | "
        (line,) = (line for line in LINES if line.startswith(start))
        *_, code, release, notice = line.removesuffix(" |").split(" | ")
        if row.verdict == Verdict.WAITS:
            assert code == "none: it waits"
        elif row.is_whole and "nothing changed" not in row.said:
            assert (code, told[row.verdict][1] in notice) == (told[row.verdict][0], True), row.name
            assert ("…" in release) == (row.verdict == Verdict.PUBLISHED), row.name
    forms = {row.what for row in EVERY if not row.is_whole}
    assert forms == {row.what for row in EVERY if row.is_form and row.is_whole}
    assert sum(row.is_whole for row in EVERY) >= 60
    late = [line for line in LINES if "times in" in line and "once a day" in line]
    assert len(late) >= 3


@pytest.mark.parametrize("row", sample(EVERY), ids=lambda row: row.name)
def test_a_delivery_is_judged_as_the_page_says(row: Row, extracts: Path, tmp_path: Path) -> None:
    outcome = judge(row, extracts, Home(tmp_path / "home"))
    assert outcome.verdict == row.verdict, outcome.screen
    assert row.said in outcome.screen


def test_a_whole_month_comes_to_the_line_of_the_page(extracts: Path, tmp_path: Path) -> None:
    """With the release, the e-mail and the webhook; what the page says is the same each time."""
    row = next(row for row in EVERY if row.at and row.verdict == Verdict.PUBLISHED)
    assert deliver(row, extracts, Home(tmp_path / "home")).line(row) in LINES
