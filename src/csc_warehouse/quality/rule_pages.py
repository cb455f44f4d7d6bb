"""One page per rule, made from the expectations: what fails, why it matters, how to put it right.

The pages go into each release, beside the report, and work from a file share. `docs/rules.md` is
their index for the repository. Nothing here is written by hand, and nothing comes from a record.
"""

from __future__ import annotations

import base64
import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from csc_warehouse.quality.rules import GATES, Rule, RuleFile, rule_files
from csc_warehouse.settings import EXPECTATIONS, SEEDS, private_directory

_TEMPLATES = Path(__file__).parent / "templates"

_GATE_TITLES = {
    "raw": "The files",
    "staging": "The records",
    "marts": "The release",
}


@dataclass(frozen=True)
class RulePage:
    """What one page says: the rule, its file, the indicators' titles, the query for its rows."""

    rule: Rule
    file: RuleFile
    indicators: tuple[tuple[str, str], ...]
    query: str

    @property
    def name(self) -> str:
        """The page's file name."""
        return f"{self.rule.rule_id}.html"


def rule_pages(root: Path = EXPECTATIONS) -> list[RulePage]:
    """A page for each rule, by gate, file and place in the file."""
    titles = _indicator_titles()
    return [
        RulePage(
            rule,
            file,
            tuple((code, titles.get(code, "")) for code in sorted(set(_codes(rule)))),
            query_for(rule),
        )
        for gate in GATES
        for file in rule_files(gate, root)
        for rule in file.rules
    ]


def query_for(rule: Rule) -> str:
    """SQL that finds what fails the rule in a release's analyst.duckdb."""
    if rule.gate == "staging":
        return (
            "select la_code, table_name, record_key, child_key, column_name,\n"
            "    load_id, source_file, row_number\n"
            "from dq.failing_record\n"
            f"where rule_id = '{rule.rule_id}'\n"
            "order by la_code, source_file, row_number"
        )
    return (
        "select la_code, table_name, column_name, status, observed\n"
        "from dq.expectation_result\n"
        f"where rule_id = '{rule.rule_id}'\n"
        "    and failed > 0\n"
        "order by la_code, table_name, column_name"
    )


def render(page: RulePage) -> str:
    """The page of one rule, as HTML."""
    return _environment().get_template("rule.html.j2").render(page=page, gates=_GATE_TITLES)


def render_index(pages: list[RulePage]) -> str:
    """The list of all rules, as HTML."""
    return _environment().get_template("rules.html.j2").render(pages=pages, gates=_GATE_TITLES)


def write_rule_pages(folder: Path, root: Path = EXPECTATIONS) -> None:
    """Write a page for each rule and index.html into `folder`."""
    private_directory(folder)
    pages = rule_pages(root)
    for page in pages:
        (folder / page.name).write_text(render(page), encoding="utf-8")
    (folder / "index.html").write_text(render_index(pages), encoding="utf-8")


def markdown_index(root: Path = EXPECTATIONS) -> str:
    """The list of all rules for `docs/rules.md`, without its first lines."""
    lines = []
    pages = rule_pages(root)
    for gate in GATES:
        of_gate = [page.rule for page in pages if page.rule.gate == gate]
        lines += [
            f"## {_GATE_TITLES[gate]}\n",
            "| rule | national code | theirs | ours | judges | what a failure means | owner |",
            "|---|---|---|---|---|---|---|",
        ]
        lines += [
            f"| `{rule.rule_id}` | {', '.join(rule.national_codes)} "
            f"| {rule.national_severity or ''} | {rule.severity} "
            f"| {'.'.join(filter(None, (rule.table, rule.column)))} "
            f"| {_cell(rule.why)} | {rule.owner} |"
            for rule in of_gate
        ]
        lines.append("")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _codes(rule: Rule) -> list[str]:
    return [code for codes in rule.indicators.values() for code in codes]


def _indicator_titles() -> dict[str, str]:
    with (SEEDS / "indicators" / "indicator.csv").open(encoding="utf-8", newline="") as file:
        return {row["indicator_code"]: row["title"] for row in csv.DictReader(file)}


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    # The style that stands in the page may be used, and nothing may be loaded.
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    made.globals.update(style=Markup(style), policy=policy)
    return made
