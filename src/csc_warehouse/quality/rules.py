"""The rules, as YAML: a file for each frame in `expectations/<gate>/`, an entry for each rule.

What can't be read is told with its file and line.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from csc_warehouse.places import EXPECTATIONS, SEEDS
from csc_warehouse.quality.declared_file import DeclaredFile

GATES = ("raw", "staging", "marts")
CRITICAL, WARNING = "critical", "warning"

#: How the DfE's returns treat a failure: it must be corrected, or it must be explained.
NATIONAL_SEVERITIES = ("error", "query")

#: What a file may say, what an entry may, and what its threshold may.
_FILE_KEYS = ("table", "frame", "code_sets", "last_day", "defaults", "expectations")
_ENTRY_KEYS = (
    *("id", "column", "type", "kwargs", "severity", "why", "how_to_resolve", "owner"),
    *("indicators", "threshold", "source", "national"),
)
_THRESHOLD_KEYS = ("max_share", "critical_share", "set_by")

#: The judged column by which rules that came or went are left out.
COLLECTION_YEAR = "collection_year"

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
    above `critical_share`, where one is set, the failure stops the release. `place` is the file and
    the line of its entry.
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
    place: str
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
    def read_columns(self) -> tuple[str, ...]:
        """The judged columns, and the record's year where the rule has not judged every year."""
        return (*self.judged_columns, *(() if self.is_of_all_years else (COLLECTION_YEAR,)))

    @property
    def applies_to(self) -> str:
        """`child` where a failure puts every row of the child in doubt, else `record`."""
        return "child" if self.indicators.get("child") else "record"


@dataclass(frozen=True)
class RuleFile:
    """One file of expectations: a table (or profile), the SQL of its frame, its rules.

    `code_sets` names the code set of a column whose codes are judged by their valid dates;
    `last_day` the column with the record's last day, which says which collection has it last.
    `frame_line` is the line of the file on which the SQL begins, the first being 1.
    """

    path: Path
    gate: str
    table: str
    frame: str | None
    rules: tuple[Rule, ...]
    code_sets: Mapping[str, str] = field(default_factory=dict)
    last_day: str | None = None
    frame_line: int = 0

    @property
    def is_by_year(self) -> bool:
        """Whether some of its rules came or went with a collection."""
        return not all(rule.is_of_all_years for rule in self.rules)


def read_rule_file(path: Path) -> RuleFile:
    """Read one YAML file of expectations. Raises CscError naming file, line and entry.

    What all entries of a file share stands once, under `defaults`.
    """
    source = DeclaredFile.read(path)
    declared = source.declared
    source.require_keys(_FILE_KEYS)
    source.require_keys(_ENTRY_KEYS, "defaults")
    source.require_keys(_THRESHOLD_KEYS, "defaults", "threshold")
    for needed in ("table", "expectations", *(["frame"] if path.parent.name != "staging" else [])):
        if needed not in declared:
            raise source.error(f"the file has no {needed}")
    return RuleFile(
        path=path,
        gate=path.parent.name,
        table=declared["table"],
        frame=declared.get("frame"),
        rules=tuple(_rule(source, number) for number in range(len(declared["expectations"]))),
        code_sets=declared.get("code_sets", {}),
        last_day=declared.get("last_day"),
        frame_line=source.line("frame") if "frame" in declared else 0,
    )


def _rule(source: DeclaredFile, number: int) -> Rule:
    """The rule of the file's entry with that number, the first being 0."""
    place = ("expectations", number)
    entry = source.declared["expectations"][number]
    if not isinstance(entry, Mapping):
        raise source.error("an entry must have keys. Compare it with another", *place)
    source.require_keys(_ENTRY_KEYS, *place)
    source.require_keys(_THRESHOLD_KEYS, *place, "threshold")
    entry = source.declared.get("defaults", {}) | entry
    try:
        threshold = entry["threshold"]
        indicators = entry["indicators"]
        by_need = indicators == BY_NEED
        return Rule(
            rule_id=str(entry["id"]),
            gate=source.path.parent.name,
            table=source.declared["table"],
            column=entry["column"],
            type=entry["type"],
            kwargs=dict(entry["kwargs"]),
            severity=_severity(entry["severity"]),
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
            place=source.place(*place),
            national=tuple(_national_rule(rule) for rule in entry.get("national", ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise source.error(
            f"the entry {entry.get('id', 'without id')} lacks or misshapes {error}. Compare it "
            "with another entry of the file",
            *place,
        ) from error


def _severity(name: str) -> str:
    if name not in (CRITICAL, WARNING):
        raise ValueError(f"its severity, which is {CRITICAL} or {WARNING}")
    return name


def _national_rule(declared: Mapping[str, Any]) -> NationalRule:
    return NationalRule(
        str(declared["code"]),
        " ".join(declared["message"].split()),
        declared.get("from"),
        declared.get("to"),
    )


def judged_columns(rules: Sequence[Rule]) -> list[str]:
    """What must be known of a row to judge it by the rules, in alphabetical order."""
    return sorted({name for rule in rules for name in rule.read_columns})


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
