"""The rules, as YAML: a file for each frame in `expectations/<gate>/`, an entry for each rule."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from csc_warehouse.errors import CscError
from csc_warehouse.settings import EXPECTATIONS, SEEDS

GATES = ("raw", "staging", "marts")
CRITICAL, WARNING = "critical", "warning"

#: How the DfE's returns treat a failure: it must be corrected, or it must be explained.
NATIONAL_SEVERITIES = ("error", "query")

#: Protects whatever the register says that the table or column is needed for.
BY_NEED = "by_need"


@dataclass(frozen=True)
class NationalRule:
    """A rule of a national return that an expectation judges.

    `code` has the return that it belongs to ("903 142", "CIN 8525Q"). `message` quotes so much of
    the published message as tells it from every other one of the return. `first_year` and
    `last_year` are the collections that have it, by the year in which they end.
    """

    code: str
    message: str
    first_year: int | None = None
    last_year: int | None = None

    @property
    def years(self) -> str:
        """The collections that have it, for people; empty where all do."""
        if self.first_year and self.first_year == self.last_year:
            return str(self.first_year)
        if self.first_year and self.last_year:
            return f"{self.first_year} to {self.last_year}"
        if self.first_year:
            return f"from {self.first_year}"
        return f"to {self.last_year}" if self.last_year else ""

    def is_of(self, year: int) -> bool:
        """Whether the collection that ends in `year` has it."""
        return (self.first_year or year) <= year <= (self.last_year or year)


@dataclass(frozen=True)
class Rule:
    """One expectation: what it judges, how it is judged and what its failure means.

    `national` are the DfE's rules that it judges. What no collection of a record's year asks it
    does not judge: a rule that came or went judges the records of its own years.
    `max_share` is the share (0-1) of failing rows up to which the rule passes (with failures);
    above `critical_share`, where one is set, the failure stops the release.
    """

    rule_id: str
    gate: str
    table: str
    column: str
    type: str
    kwargs: Mapping[str, Any]
    severity: str
    why: str
    how_to_resolve: str
    owner: str
    indicators: Mapping[str, tuple[str, ...]]
    by_need: bool
    max_share: float
    critical_share: float | None
    threshold_set_by: str
    source: str
    national: tuple[NationalRule, ...] = ()

    @property
    def national_codes(self) -> tuple[str, ...]:
        """Each code once: one whose message changed stands twice in `national`."""
        return tuple(dict.fromkeys(rule.code for rule in self.national))

    @property
    def national_severity(self) -> str | None:
        """How the DfE treats a failure: query where the code says so (8525Q), else error."""
        if not self.national:
            return None
        return NATIONAL_SEVERITIES[all(code.endswith("Q") for code in self.national_codes)]

    @property
    def is_of_all_years(self) -> bool:
        """Whether every collection has it."""
        bounds = {year for rule in self.national for year in (rule.first_year, rule.last_year)}
        return all(self.is_of(year + step) for year in bounds if year for step in (-1, 0, 1))

    def is_of(self, year: int) -> bool:
        """Whether it judges the records of the collection that ends in `year`."""
        return not self.national or any(rule.is_of(year) for rule in self.national)

    @property
    def judged_columns(self) -> tuple[str, ...]:
        """The frame's columns that the expectation reads."""
        names = (self.kwargs.get(name) for name in ("column", "column_A", "column_B"))
        return tuple(name for name in names if name)

    @property
    def applies_to(self) -> str:
        """`child` where a failure puts every row of the child in doubt, else `record`."""
        return "child" if self.indicators.get("child") else "record"


@dataclass(frozen=True)
class RuleFile:
    """One file of expectations: a table (or profile), the SQL of its frame, its rules.

    `code_sets` names the code set of a column whose codes are judged by their valid dates;
    `last_day` the column with the record's last day, which says which collection has it last.
    """

    path: Path
    gate: str
    table: str
    frame: str | None
    rules: tuple[Rule, ...]
    code_sets: Mapping[str, str] = field(default_factory=dict)
    last_day: str | None = None

    @property
    def is_by_year(self) -> bool:
        """Whether some of its rules came or went with a collection."""
        return not all(rule.is_of_all_years for rule in self.rules)


def read_rule_file(path: Path) -> RuleFile:
    """Read one YAML file of expectations. Raises CscError naming the file and the entry.

    What all entries of a file share stands once, under `defaults`.
    """
    gate = path.parent.name
    declared = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    table = declared["table"]
    defaults = declared.get("defaults", {})
    rules = tuple(_rule(defaults | entry, gate, table, path) for entry in declared["expectations"])
    return RuleFile(
        path,
        gate,
        table,
        declared.get("frame"),
        rules,
        declared.get("code_sets", {}),
        declared.get("last_day"),
    )


def _rule(entry: Mapping[str, Any], gate: str, table: str, path: Path) -> Rule:
    try:
        threshold = entry["threshold"]
        indicators = entry["indicators"]
        by_need = indicators == BY_NEED
        kwargs = entry["kwargs"]
        return Rule(
            rule_id=str(entry["id"]),
            gate=gate,
            table=table,
            column=entry["column"],
            type=entry["type"],
            kwargs=kwargs,
            severity=entry["severity"],
            why=entry["why"].strip(),
            how_to_resolve=entry["how_to_resolve"].strip(),
            owner=entry["owner"],
            indicators={}
            if by_need
            else {key: _with_heirs(codes) for key, codes in indicators.items()},
            by_need=by_need,
            max_share=float(threshold["max_share"]),
            critical_share=threshold.get("critical_share"),
            threshold_set_by=threshold["set_by"],
            source=entry["source"],
            national=tuple(_national_rule(rule) for rule in entry.get("national", ())),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise CscError(
            f"{path.parent.name}/{path.name}: the entry {entry.get('id', 'without id')} lacks or "
            f"misshapes {error}. Compare it with another entry of the file."
        ) from error


def _national_rule(declared: Mapping[str, Any]) -> NationalRule:
    return NationalRule(
        str(declared["code"]),
        " ".join(declared["message"].split()),
        declared.get("from"),
        declared.get("to"),
    )


def rule_files(gate: str, root: Path = EXPECTATIONS) -> list[RuleFile]:
    """The expectation files of a gate, in name order."""
    return [read_rule_file(path) for path in sorted((root / gate).glob("*.yml"))]


@cache
def heirs(seeds: Path = SEEDS) -> Mapping[str, frozenset[str]]:
    """By indicator, those that count what it counts or some of it: its doubts are theirs too.

    From the seed of relations (`same_as` and `part_of`), one step.
    """
    path = seeds / "indicators" / "indicator_relation.csv"
    found: dict[str, set[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["relation"] in ("same_as", "part_of"):
                found.setdefault(row["related_indicator_code"], set()).add(row["indicator_code"])
    return {code: frozenset(codes) for code, codes in found.items()}


def _with_heirs(codes: Iterable[str]) -> tuple[str, ...]:
    """The codes as written, then their heirs and heirs' heirs, each once."""
    named = list(codes)
    for code in named:  # grows while it is read
        named += sorted(heirs().get(code, frozenset()) - set(named))
    return tuple(named)


@cache
def needs(seeds: Path = SEEDS) -> tuple[tuple[str, str, str, str], ...]:
    """What each indicator reads: (source, raw table, raw column or '', indicator_code)."""
    path = seeds / "indicators" / "indicator.csv"
    if not path.is_file():
        return ()
    found = set()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name, text in row.items():
                if name and name.startswith("needs_"):
                    for need in (text or "").split():
                        table, _, column = need.partition(".")
                        found.add((name[6:], table, column, row["indicator_code"]))
    return tuple(sorted(found))


def indicator_text(rule: Rule) -> str:
    """The protected indicators, comma-joined, each once."""
    return ",".join(sorted({code for codes in rule.indicators.values() for code in codes}))
