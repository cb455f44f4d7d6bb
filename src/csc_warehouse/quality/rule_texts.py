"""What the page of each rule says: what fails, why it matters, how to put it right.

Made from the expectations. The report renders the pages (`report.rule_pages`); `docs/rules.md` is
their index for the repository. Nothing here is written by hand, and nothing comes from a record.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from csc_warehouse.places import EXPECTATIONS, SEEDS
from csc_warehouse.quality.rules import GATES, NationalRule, Rule, RuleFile, rule_files
from csc_warehouse.sql import statement

#: What each gate judges, for people.
GATE_TITLES = {
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
    name = "failing_records_of" if rule.gate == "staging" else "results_of"
    return statement(__package__, name, rule_id=rule.rule_id)


def markdown_index(root: Path = EXPECTATIONS) -> str:
    """The list of all rules for `docs/rules.md`, without its first lines."""
    lines = []
    pages = rule_pages(root)
    for gate in GATES:
        of_gate = [page.rule for page in pages if page.rule.gate == gate]
        lines += [
            f"## {GATE_TITLES[gate]}\n",
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


def national_index(root: Path = EXPECTATIONS) -> str:
    """The table of every national rule for `docs/rules.md`: what is judged, and what is not.

    From `national_rules.csv` (collection, code, status, why), with the rules that judge each.
    """
    judging: dict[str, list[str]] = {}
    for gate in GATES:
        for file in rule_files(gate, root):
            for rule in file.rules:
                for code in rule.national_codes:
                    of_code = [national for national in rule.national if national.code == code]
                    years = "" if any(not one.years for one in of_code) else _years(of_code)
                    judging.setdefault(code, []).append(f"`{rule.rule_id}`{years}")
    lines = ["| code | status | rules | why |", "|---|---|---|---|"]
    with (root / "national_rules.csv").open(encoding="utf-8", newline="") as file_of_rules:
        for row in csv.DictReader(file_of_rules):
            code = f"{row['collection']} {row['code']}"
            rules = ", ".join(judging.get(code, ()))
            lines.append(f"| {code} | {row['status']} | {rules} | {_cell(row['why'])} |")
    return "\n".join(lines) + "\n"


def _years(national: Sequence[NationalRule]) -> str:
    return f" ({', '.join(one.years for one in national)})"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _codes(rule: Rule) -> list[str]:
    return [code for codes in rule.indicators.values() for code in codes]


def _indicator_titles() -> dict[str, str]:
    with (SEEDS / "indicators" / "indicator.csv").open(encoding="utf-8", newline="") as file:
        return {row["indicator_code"]: row["title"] for row in csv.DictReader(file)}
