"""The rules, as YAML: a file for each frame in `expectations/<gate>/`, an entry for each rule."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
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
class Rule:
    """One expectation: what it judges, how it is judged and what its failure means.

    `national_codes` are the DfE's own, with the return that they belong to ("903 142",
    "CIN 8525Q"), and `national_severity` is theirs too: error or query.
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
    national_codes: tuple[str, ...] = ()
    national_severity: str | None = None

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

    `code_sets` names the code set of a column whose codes are judged by their valid dates.
    """

    path: Path
    gate: str
    table: str
    frame: str | None
    rules: tuple[Rule, ...]
    code_sets: Mapping[str, str] = field(default_factory=dict)


def read_rule_file(path: Path) -> RuleFile:
    """Read one YAML file of expectations. Raises CscError naming the file and the entry.

    What all entries of a file share stands once, under `defaults`.
    """
    gate = path.parent.name
    declared = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    table = declared["table"]
    defaults = declared.get("defaults", {})
    rules = tuple(_rule(defaults | entry, gate, table, path) for entry in declared["expectations"])
    return RuleFile(path, gate, table, declared.get("frame"), rules, declared.get("code_sets", {}))


def _rule(entry: Mapping[str, Any], gate: str, table: str, path: Path) -> Rule:
    try:
        threshold = entry["threshold"]
        indicators = entry["indicators"]
        by_need = indicators == BY_NEED
        kwargs = entry["kwargs"]
        codes = _national_codes(str(entry["id"]), entry.get("national_codes", ()))
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
            national_codes=codes,
            national_severity=_national_severity(codes),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise CscError(
            f"{path.parent.name}/{path.name}: the entry {entry.get('id', 'without id')} lacks or "
            f"misshapes {error}. Compare it with another entry of the file."
        ) from error


def _national_codes(rule_id: str, also: Iterable[str]) -> tuple[str, ...]:
    """The code that the rule is named after ("903-142" is "903 142"), and the others it serves."""
    named = re.fullmatch(r"(903|CIN)-(\w+)", rule_id)
    return (*([f"{named[1]} {named[2]}"] if named else []), *also)


def _national_severity(codes: Sequence[str]) -> str | None:
    """Query where the national code says so (8525Q), else error; none without a code."""
    if not codes:
        return None
    return NATIONAL_SEVERITIES[all(code.endswith("Q") for code in codes)]


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
