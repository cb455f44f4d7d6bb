"""docs/deliveries.md: every row stands there, and a part of them is done again here.

`make deliveries` does all of them, which takes minutes, and writes the page.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from csc_warehouse.places import Home
from library.delivered import deliver
from library.deliveries import SOURCES, Row, Verdict, make_extracts, rows, sample
from library.places import PROJECT

PAGE = PROJECT / "docs" / "deliveries.md"
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


@pytest.mark.parametrize("row", sample(EVERY), ids=lambda row: row.name)
def test_a_delivery_comes_to_what_the_page_says(row: Row, extracts: Path, tmp_path: Path) -> None:
    outcome = deliver(row, extracts, Home(tmp_path / "home"))
    assert outcome.verdict == row.verdict, outcome.screen
    assert row.said in outcome.screen
    assert outcome.line(row) in PAGE.read_text(encoding="utf-8").splitlines()
