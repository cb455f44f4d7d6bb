"""The reference pages are what the register and the dbt project make."""

from __future__ import annotations

import pytest

from csc_warehouse.command import documentation
from csc_warehouse.places import PROJECT_ROOT

DOCS = PROJECT_ROOT / "docs"
PAGES = documentation.pages()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_generated_pages_are_current(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == PAGES[name], "run `make docs`"


def test_every_published_model_says_its_grain_first() -> None:
    for folder in documentation._SUBJECTS:
        for model in documentation._models(folder):
            assert model["description"].startswith("One row per"), model["name"]
