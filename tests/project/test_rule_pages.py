"""The page of each rule: derived, complete, and its query runs on a release's database."""

from __future__ import annotations

from datetime import date
from html import unescape
from pathlib import Path

import duckdb
import pytest
from markupsafe import escape

from csc_warehouse import quality
from csc_warehouse.report import rule_pages
from csc_warehouse.report.figures import Release

PAGES = quality.rule_pages()

RELEASE = Release(
    release_id="2022-09-0123456789ab",
    month="2022-09",
    as_at_date=date(2022, 9, 30),
    authorities=(),
    register={},
    said={},
    topics=(),
    breakdowns=(),
    questions=(),
    steps=(),
    comparisons={},
    unavailable={},
    cells=(),
    acceptance=None,
    bounds={},
    series={},
)


def test_every_rule_has_a_page_and_the_index_links_it(tmp_path: Path) -> None:
    rule_pages.write(RELEASE, tmp_path / "rules", {})
    rules = [rule for gate in quality.GATES for file in quality.rule_files(gate)
             for rule in file.rules]  # fmt: skip
    written = {path.name for path in (tmp_path / "rules").iterdir()}
    assert written == {f"{rule.rule_id}.html" for rule in rules} | {"index.html"}
    index = (tmp_path / "rules" / "index.html").read_text(encoding="utf-8")
    assert all(f'href="{rule.rule_id}.html"' in index for rule in rules)


def test_a_page_says_what_why_how_and_who() -> None:
    for page in PAGES:
        text = rule_pages.render(RELEASE, page)
        assert "default-src 'none'" in unescape(text) and RELEASE.release_id in text
        rule = page.rule
        said = [rule.why, rule.how_to_resolve, rule.owner, rule.severity, rule.threshold_set_by]
        for part in [*said, *rule.national_codes, rule.source, page.query]:
            assert str(escape(part)) in text, f"{rule.rule_id} does not say: {part}"
        for code, title in page.indicators:
            assert title, f"{rule.rule_id} protects {code}, which the register does not have"
            assert str(escape(title)) in text


def test_every_query_runs_on_the_database_of_a_release() -> None:
    with duckdb.connect() as connection:
        quality.create_tables(connection)
        for page in PAGES:
            connection.execute(page.query)


@pytest.mark.parametrize(
    ("rule_id", "words"),
    [
        ("903-142", "903 142 (error: correct)"),
        ("CIN-8525Q", "CIN 8525Q (query: explain or correct)"),
        ("903-348", "903 348 (error: correct), collections from 2026<"),
        ("903-217t", "903 217t (error: correct), collections 2024<"),
        ("contacts.repeated", "none: a rule of this warehouse"),
    ],
)
def test_a_page_says_the_national_code(rule_id: str, words: str) -> None:
    page = next(page for page in PAGES if page.rule.rule_id == rule_id)
    assert words in rule_pages.render(RELEASE, page)


def test_a_page_says_where_the_rule_stands_and_why_it_was_not_judged(tmp_path: Path) -> None:
    page = PAGES[0]
    place = page.rule.place
    assert place.startswith(f"expectations/{page.rule.gate}/{page.file.path.name}, line ")
    assert place in rule_pages.render(RELEASE, page)
    fault = f"{place}: there is no column rows_i"
    rule_pages.write(RELEASE, tmp_path, {page.rule.rule_id: fault})
    assert fault in (tmp_path / page.name).read_text(encoding="utf-8")
    assert "Not judged" not in (tmp_path / PAGES[1].name).read_text(encoding="utf-8")
