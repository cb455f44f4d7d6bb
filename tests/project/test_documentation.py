"""The reference pages are what the register and the dbt project make."""

from __future__ import annotations

import re

import pytest

from csc_warehouse.command import documentation
from csc_warehouse.settings import PROJECT_ROOT

DOCS = PROJECT_ROOT / "docs"


@pytest.mark.parametrize("name", sorted(documentation.pages()))
def test_generated_pages_are_current(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == documentation.pages()[name], "run `make docs`"


@pytest.mark.parametrize(
    "page", [PROJECT_ROOT / "README.md", PROJECT_ROOT / "dags" / "README.md", *DOCS.glob("*.md")]
)
def test_links_lead_somewhere(page) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_published_model_says_its_grain_first() -> None:
    for folder in documentation._SUBJECTS:
        for model in documentation._models(folder):
            assert model["description"].startswith("One row per"), model["name"]
