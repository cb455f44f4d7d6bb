"""The raw tables as declared once, in the `_<source>__sources.yml` files of the dbt project."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from csc_warehouse.errors import CscError
from csc_warehouse.places import DBT_PROJECT, SEEDS

KEEP, PERSON, WORKER, PLACE, FLAGS, LABEL, SECTOR, DROP, DERIVED, TECHNICAL = (
    "keep",
    "person",
    "worker",
    "place",
    "flags",
    "label",
    "sector",
    "drop",
    "derived",
    "technical",
)
KINDS = (KEEP, PERSON, WORKER, PLACE, FLAGS, LABEL, SECTOR, DROP, DERIVED, TECHNICAL)

#: What a column may hold: a day or time on which something happened, the one by which the table
#: grows from month to month, or one that is expected.
DATE, EVENT_DATE, EXPECTED_DATE = "date", "event_date", "expected_date"

#: Completed years on the day of the extract: read to be counted beside the dates of birth, and not
#: stored where it is dropped. BIRTH_DATE is the column beside it.
AGE, BIRTH_DATE = "age", "date_of_birth"

#: Two names are alike from here on: `referral_dt` and `referral_date`.
ALIKE = 0.8

LATEST_SNAPSHOT = "latest_snapshot"
UNION_OF_MONTHS = "union_of_months"


@dataclass(frozen=True)
class Link:
    """A column by which rows that may name no person belong to the record of one."""

    table: str
    column: str
    owner_table: str
    owner_column: str


@dataclass(frozen=True)
class ColumnDeclaration:
    """A column as a source may deliver it, and what landing does with it (`kind`).

    A header is its if it is the name or an alias, else if the whole of it fits one of `patterns`
    (its words, lower case, one space between them). `belongs_to` is the `table.column` of the
    person's record that it names, where a row may name no person itself; `leads_to` that of the
    record that it names, whoever's it is.
    """

    name: str
    kind: str = KEEP
    data_type: str = "varchar"
    item_ref: str | None = None
    aliases: tuple[str, ...] = ()
    description: str = ""
    patterns: tuple[re.Pattern[str], ...] = ()
    holds: str | None = None
    derived_from: tuple[str, ...] = ()
    belongs_to: str | None = None
    leads_to: str | None = None

    @property
    def is_read(self) -> bool:
        """Whether landing looks at its values, stored or not."""
        return self.kind != DROP or self.holds == AGE

    @property
    def holds_date(self) -> bool:
        """Whether its values are days or times."""
        return self.holds in (DATE, EVENT_DATE, EXPECTED_DATE)


@dataclass(frozen=True)
class TableDeclaration:
    """A raw table: its columns in declared order, derived and technical ones last.

    `no_person` says what its rows are about, where that is never a child or an adult.
    """

    name: str
    columns: tuple[ColumnDeclaration, ...]
    no_person: str | None = None

    @property
    def delivered(self) -> tuple[ColumnDeclaration, ...]:
        """Columns that an extract may hold."""
        ours = (DERIVED, TECHNICAL)
        return tuple(column for column in self.columns if column.kind not in ours)

    @property
    def derived(self) -> tuple[ColumnDeclaration, ...]:
        """Columns that landing makes of others, which it doesn't store."""
        return tuple(column for column in self.columns if column.kind == DERIVED)

    @property
    def stored(self) -> tuple[ColumnDeclaration, ...]:
        """Columns of the lake file and of the raw view, technical ones included, in order."""
        return tuple(column for column in self.columns if column.kind != DROP)

    @property
    def person_columns(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.kind == PERSON)

    @property
    def links(self) -> tuple[Link, ...]:
        """The columns that lead to a person's record, see `ColumnDeclaration.belongs_to`."""
        return tuple(
            Link(self.name, column.name, *column.belongs_to.split("."))
            for column in self.columns
            if column.belongs_to is not None
        )

    def match_headers(self, headers: Sequence[str]) -> dict[str, int]:
        """The position of each declared column among `headers`; absent ones are left out.

        Case, spaces, brackets and quotation marks don't matter. A column's own name wins over an
        alias, and either over another column's pattern.
        """
        wanted = [normalised_header(header) for header in headers]
        positions: dict[str, int] = {}
        for column in self.delivered:
            for spelling in (column.name, *column.aliases):
                if spelling in wanted:
                    positions[column.name] = wanted.index(spelling)
                    break
        if any(column.patterns for column in self.columns):
            self._match_patterns(wanted, positions)
        return {
            column.name: positions[column.name]
            for column in self.delivered
            if column.name in positions
        }

    def _match_patterns(self, wanted: Sequence[str], positions: dict[str, int]) -> None:
        """Add the columns that are still without a header to `positions`, by their patterns."""
        joined = [header.replace("_", "") for header in wanted]
        taken = set(positions.values())
        for column in self.delivered:
            if column.name in positions:
                continue
            spelled = {name.replace("_", "") for name in (column.name, *column.aliases)}
            for place, header in enumerate(wanted):
                words = header.replace("_", " ")
                if place not in taken and (
                    joined[place] in spelled
                    or any(pattern.fullmatch(words) for pattern in column.patterns)
                ):
                    positions[column.name] = place
                    taken.add(place)
                    break

    def repeated_headers(self, headers: Sequence[str]) -> list[str]:
        """Declared columns, other than dropped ones, that `headers` hold more than once."""
        wanted = [normalised_header(header) for header in headers]
        return [
            column.name
            for column in self.delivered
            if column.kind != DROP
            and any(wanted.count(spelling) > 1 for spelling in (column.name, *column.aliases))
        ]


@dataclass(frozen=True)
class SourceDeclaration:
    """A source: its tables, what it must bring, and how its months are merged."""

    name: str
    schema: str
    tables: tuple[TableDeclaration, ...]
    required_tables: tuple[str, ...]
    tables_not_stored: tuple[str, ...]
    merge: str
    digest: str

    @property
    def links(self) -> tuple[Link, ...]:
        """How rows that name no person belong to a record of one."""
        return tuple(link for table in self.tables for link in table.links)

    def table(self, name: str) -> TableDeclaration:
        """The table of that name; a `KeyError` where none is declared."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)


def normalised_header(header: str) -> str:
    """A header in the spelling of the declarations: lower case, words joined by one underscore."""
    text = re.sub(r"['‘’`\"“”\ufeff]", "", header).lower()
    return re.sub(r"[\W_]+", "_", text).strip("_")


def likeness(header: str, column: str) -> float:
    """How much a header resembles a column's name, 0 to 1: the table's letters before the name
    don't matter, nor the order of the words."""
    spellings = [
        {name, name.partition("_")[2] or name, " ".join(sorted(set(name.split("_")) - {"of"}))}
        for name in (normalised_header(header), column)
    ]
    spellings[1].add(" ".join(sorted(column.split("_")[1:])))
    return max(
        SequenceMatcher(None, one, other).ratio() for one in spellings[0] for other in spellings[1]
    )


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """Of the candidates the one most like `name`, or None where none is like it."""
    liked = [(likeness(name, other), other) for other in candidates]
    best = max(liked, default=(0.0, ""))
    return best[1] if best[0] >= ALIKE else None


def source_file(source: str, project: Path = DBT_PROJECT) -> Path:
    """Where a source is declared."""
    return project / "models" / "staging" / source / f"_{source}__sources.yml"


@lru_cache(maxsize=32)
def load_source(source: str, project: Path = DBT_PROJECT) -> SourceDeclaration:
    """Read the declaration of `source`.

    Raises `CscError` where the file is missing or names an unknown kind.
    """
    path = source_file(source, project)
    if not path.is_file():
        raise CscError(f"Source {source} is not declared: {path.name} is missing in {path.parent}.")
    raw = path.read_bytes()
    declared = next(
        item
        for item in yaml.load(raw, Loader=yaml.CSafeLoader)["sources"]
        if item["name"] == source
    )
    meta = _meta(declared)
    return SourceDeclaration(
        name=source,
        schema=declared.get("schema", source),
        tables=tuple(_table(table, path) for table in declared["tables"]),
        required_tables=tuple(meta.get("required_tables", ())),
        tables_not_stored=tuple(meta.get("tables_not_stored", ())),
        merge=meta.get("merge", LATEST_SNAPSHOT),
        digest=hashlib.sha256(raw).hexdigest()[:16],
    )


def _table(declared: dict[str, Any], path: Path) -> TableDeclaration:
    columns = []
    for column in declared.get("columns", ()):
        meta = _meta(column)
        kind = meta.get("kind", KEEP)
        if kind not in KINDS:
            raise CscError(
                f"{path.name}: {declared['name']}.{column['name']}: unknown kind {kind}."
            )
        columns.append(
            ColumnDeclaration(
                name=column["name"],
                kind=kind,
                data_type=column.get("data_type", "varchar"),
                item_ref=meta.get("item_ref"),
                aliases=tuple(normalised_header(alias) for alias in meta.get("aliases", ())),
                description=column.get("description", ""),
                patterns=tuple(re.compile(pattern) for pattern in meta.get("patterns", ())),
                holds=meta.get("holds"),
                derived_from=tuple(meta.get("derived_from", ())),
                belongs_to=meta.get("belongs_to"),
                leads_to=meta.get("leads_to"),
            )
        )
    return TableDeclaration(declared["name"], tuple(columns), _meta(declared).get("no_person"))


def _meta(declared: dict[str, Any]) -> dict[str, Any]:
    meta = declared.get("config", {}).get("meta") or declared.get("meta") or {}
    return dict(meta)


def months_by_source(column: str) -> dict[str, int]:
    """By source, the months in a column of seeds/sources/source_history.csv."""
    with (SEEDS / "sources" / "source_history.csv").open(encoding="utf-8", newline="") as file:
        return {row["source_system"]: int(row[column]) for row in csv.DictReader(file)}
