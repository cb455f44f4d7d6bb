"""Where each column of each source goes: into a table, on the way to one, or nowhere, and why.

The first two are read from the models (`lineage`) and the rules; a reason for the last stands in
dbt_project/not_stored.csv, whose names may be patterns: the first row that fits counts.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from csc_warehouse.command import lineage
from csc_warehouse.intake.adapters import ADAPTERS
from csc_warehouse.lake import declarations
from csc_warehouse.lake.declarations import ColumnDeclaration, TableDeclaration
from csc_warehouse.places import DBT_PROJECT, EXPECTATIONS

REASONS = DBT_PROJECT / "not_stored.csv"

#: In a table of the release; read on the way to one; neither.
IN_TABLE, USED, NOT_STORED = "in a table", "used", "not stored"
STATES = (IN_TABLE, USED, NOT_STORED)

#: How many of the places of a column are named: most have one, a birth date has fifty.
_NAMED = 3

_PAGE = """# Where each column goes

Every table and column that a source may deliver, in the words of its standard, and where its value
is in a release: search this page for the name.

- *in a table*: the columns of [the tables](tables.md) that it goes into, the nearest first.
- *used*: no table shows it, but rows are found or decided by it: the models that read it, or the
  [rules](rules.md) that judge it.
- *not stored*: neither, and why.

What landing itself leaves out or shortens, and so isn't even in the lake, is in
[what is held about whom](data-protection.md).
"""

_NOT_CARRIED = """
## What no source carries

Asked for, and in no extract that is read here:

- The **team of a contact**: contacts have none in any source. One that became a referral has the
  referral's: `fct_contact.referral_key`.
- **Education, health and care plans and needs**: the tables of the SSD for them hold placeholders.
- **Family help roles**: no source has a code for them. Who works in one is in `fct_involvement` as
  everybody who works with a child is, without the words for the role, which each system has its own
  of.
- Whether **siblings in care live together**: only of those for whom adoption is planned
  (`fct_permanence_plan`).

In one source only: **pre-proceedings** and **family group decision making** in the CIN census from
2026 (`fct_pre_proceedings`), **deprivation of liberty orders** in the 903 from 2026-27
(`fct_deprivation_of_liberty_order`), **visits** in the SSD (`fct_visit`), **homes** in the SSD and,
of children in care, in the 903: where the council has a list, each fact has the `locality_key` of
its day (`dim_locality`). Annex A and the CIN census have no home postcode. **Care leavers to their
25th birthday** are in `fct_care_leaver_month` from the SSD and Annex A; the 903 has those of 17 to
21.
"""


@dataclass(frozen=True)
class Account:
    """A column of a source, where it goes (one of `STATES`), and the words for it.

    A table of which nothing is stored has one account, with the column "".
    """

    source: str
    table: str
    column: str
    state: str
    where: str


@dataclass(frozen=True)
class Reason:
    """Why columns are not stored whose source, table and name fit the patterns."""

    source: str
    table: str
    column: str
    reason: str

    def fits(self, source: str, table: str, column: str) -> bool:
        """Whether it is the reason of that column, or of that table where the column is ""."""
        return (
            fnmatchcase(source, self.source)
            and fnmatchcase(table, self.table)
            and fnmatchcase(column, self.column)
        )


@cache
def reasons() -> tuple[Reason, ...]:
    """The declared reasons, in their order."""
    with REASONS.open(encoding="utf-8", newline="") as file:
        return tuple(Reason(**row) for row in csv.DictReader(file))


def reason_of(source: str, table: str, column: str) -> Reason | None:
    """The first reason that fits, or None."""
    return next((each for each in reasons() if each.fits(source, table, column)), None)


@cache
def accounts() -> tuple[Account, ...]:
    """Every column of every source, and every table of which nothing is stored.

    A column that is nowhere and has no reason has the words "".
    """
    return tuple(
        account for name in ADAPTERS for account in _of_source(declarations.load_source(name))
    )


def _of_source(source: declarations.SourceDeclaration) -> Iterator[Account]:
    for table in source.tables:
        for column in table.delivered:
            starts = list(_stored_as(source.name, table, column))
            if places := [place for start in starts for place in lineage.published(start)]:
                yield Account(source.name, table.name, column.name, IN_TABLE, _named(places))
            elif users := [user for start in starts for user in _users(start)]:
                yield Account(source.name, table.name, column.name, USED, _named(users))
            else:
                yield _not_stored(source.name, table.name, column.name)
    for name in source.tables_not_stored:
        yield _not_stored(source.name, name, "")


def _not_stored(source: str, table: str, column: str) -> Account:
    found = reason_of(source, table, column)
    return Account(source, table, column, NOT_STORED, found.reason if found else "")


def _stored_as(
    source: str, table: TableDeclaration, column: ColumnDeclaration
) -> Iterator[lineage.Column]:
    """The stored columns that hold a delivered one: itself, a key of a person, what is derived."""
    raw = f"{source}.{table.name}"
    if column.kind == declarations.PERSON:
        is_first = column.name == table.person_columns[0]
        yield raw, "_child_key" if is_first else f"_{column.name}_key"
    elif column.kind != declarations.DROP:
        yield raw, column.name
    for derived in table.derived:
        if column.name in derived.derived_from:
            yield raw, derived.name


def _users(start: lineage.Column) -> list[str]:
    return lineage.used_by(start) or [
        f"the rules of {name}"
        for table, column in lineage.reached(start)
        for name, words in _judged().get(table, {}).items()
        if column in words
    ]


@cache
def _judged() -> dict[str, dict[str, frozenset[str]]]:
    """By table, the files of rules about its records, and the words in each."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for path in sorted((EXPECTATIONS / "staging").glob("*.yml")):
        text = path.read_text(encoding="utf-8")
        if table := re.search(r"^table: (\w+)", text, re.MULTILINE):
            found.setdefault(table[1], {})[path.stem] = frozenset(re.findall(r"\w+", text))
    return found


def _named(places: list[str]) -> str:
    distinct = list(dict.fromkeys(places))
    more = f" and {len(distinct) - _NAMED} more" if len(distinct) > _NAMED else ""
    shown = (each if " " in each else f"`{each}`" for each in distinct[:_NAMED])
    return ", ".join(shown) + more


def page() -> str:
    """The page of docs/not-stored.md."""
    lines = [
        "<!-- Made by `make docs` from the sources' declarations, the models and "
        "dbt_project/not_stored.csv. Change those, not this page. -->\n",
        _PAGE,
        "| source | tables | columns | " + " | ".join(STATES) + " | tables of which nothing is |",
        "|---|---|---|---|---|---|---|",
        *(_counted(name) for name in ADAPTERS),
        _NOT_CARRIED,
    ]
    for name in ADAPTERS:
        source = declarations.load_source(name)
        lines.append(f"## {name}\n")
        for table in source.tables:
            lines += [f"### {table.name}\n", "| column | | where, or why not |", "|---|---|---|"]
            lines += [
                f"| {each.column} | {each.state} | {each.where} |"
                for each in accounts()
                if (each.source, each.table) == (name, table.name)
            ]
            lines.append("")
        if source.tables_not_stored:
            lines += ["### Tables of which nothing is stored\n", "| table | why |", "|---|---|"]
            lines += [
                f"| {each.table} | {each.where} |"
                for each in accounts()
                if each.source == name and not each.column
            ]
            lines.append("")
    return "\n".join(lines)


def _counted(name: str) -> str:
    """A row of the table of counts."""
    of_source = [each for each in accounts() if each.source == name]
    columns = [each for each in of_source if each.column]
    states = [each.state for each in columns]
    counts = (
        len({each.table for each in columns}),
        len(columns),
        *(states.count(state) for state in STATES),
        len(of_source) - len(columns),
    )
    return f"| {name} | " + " | ".join(str(count) for count in counts) + " |"
