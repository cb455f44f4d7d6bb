"""The page of each rule: what fails, why it matters, how to put it right, and how to find it.

Made of the expectations (`quality.rule_texts`); nothing in it comes from a record.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from csc_warehouse import quality
from csc_warehouse.files import private_directory
from csc_warehouse.report.data_quality import AUDIENCE
from csc_warehouse.report.figures import Release
from csc_warehouse.report.pages import environment


def write(release: Release, folder: Path, faults: Mapping[str, str]) -> None:
    """Write a page for each rule and index.html into `folder`.

    `faults`: by rule id, why it could not be judged in this release.
    """
    private_directory(folder)
    pages = quality.rule_pages()
    for page in pages:
        (folder / page.name).write_text(
            render(release, page, faults.get(page.rule.rule_id)), encoding="utf-8"
        )
    (folder / "index.html").write_text(render_index(release, pages), encoding="utf-8")


def render(release: Release, page: quality.RulePage, fault: str | None = None) -> str:
    """The page of one rule, as HTML."""
    return _render("rule.html.j2", release, page=page, fault=fault)


def render_index(release: Release, pages: list[quality.RulePage]) -> str:
    """The list of all rules, as HTML."""
    return _render("rules.html.j2", release, pages=pages)


def _render(template: str, release: Release, **values: object) -> str:
    return (
        environment()
        .get_template(template)
        .render(release=release, audience=AUDIENCE, gates=quality.GATE_TITLES, **values)
    )
