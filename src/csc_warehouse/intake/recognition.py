"""What a sheet is to a source, and whether its rows can be used: for landing and `csc inspect`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from csc_warehouse.intake.adapters import Adapter
from csc_warehouse.lake import declarations
from csc_warehouse.lake.declarations import SourceDeclaration, TableDeclaration

NOT_NEEDED = "no indicator needs this table: it is not stored"


class _Described(Protocol):
    """What is asked of a sheet, see `tabular.Sheet`."""

    title: str
    headers: tuple[str, ...]
    left_out: str | None


@dataclass(frozen=True)
class Recognised:
    """The table of a sheet: where its stored columns stand, and the headers that nobody knows."""

    table: TableDeclaration
    positions: Mapping[str, int]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class LeftOut:
    """Why a sheet is neither read nor missed; and its table, where it is one."""

    reason: str
    table: TableDeclaration | None = None


@dataclass(frozen=True)
class NotUsable:
    """Why the rows of a sheet can't be used; and its table, where its columns say which it is."""

    reason: str
    what_to_do: str
    table: TableDeclaration | None = None


def recognised(
    adapter: Adapter, declared: SourceDeclaration, sheet: _Described
) -> Recognised | LeftOut | NotUsable:
    """What the sheet is to the source."""
    if sheet.left_out is not None:
        return LeftOut(sheet.left_out, adapter.table_of(declared, sheet.title, sheet.headers))
    words = re.sub(r"[^a-z0-9]+", "_", sheet.title.lower())
    for name in declared.tables_not_stored:
        if re.search(rf"(^|_){re.escape(name)}(_|$)", words):
            return LeftOut(NOT_NEEDED)
    table = adapter.table_of(declared, sheet.title, sheet.headers)
    if table is None:
        return NotUsable(
            f"it is no table of {declared.name}: its columns are not known",
            "Check its header row and delimiter, or remove it from the landing folder.",
        )
    return _matched(declared, sheet.headers, table)


def _matched(
    declared: SourceDeclaration, headers: Sequence[str], table: TableDeclaration
) -> Recognised | NotUsable:
    positions = table.match_headers(headers)
    stored = {
        column.name: positions[column.name]
        for column in table.delivered
        if column.is_read and column.name in positions
    }
    if repeated := table.repeated_headers(headers):
        return NotUsable(
            f"columns appear twice: {', '.join(repeated)}", "Export each column once.", table
        )
    if not any(column.name in stored for column in table.stored):
        return NotUsable(
            f"its header row names no column of {table.name}",
            "Export the file with its header row.",
            table,
        )
    missing = [name for name in table.person_columns if name not in stored]
    if missing and table.name in declared.required_tables:
        return NotUsable(
            f"the column {missing[0]} is missing: nobody can be recognised",
            "Export it, or add the name it has now to the aliases of its declaration.",
            table,
        )
    used = set(positions.values())
    unknown = tuple(
        safe_header(header, place, table)
        for place, header in enumerate(headers)
        if place not in used and header.strip()
    )
    return Recognised(table, stored, unknown)


def safe_header(header: str, index: int, table: TableDeclaration) -> str:
    """An unknown column's name where it begins as a declared one does (`pers_…`) or is like one
    (`referral_dt`), else its place.

    In a file that lost its header row, or has notes in it, a header is a value.
    """
    name = declarations.normalised_header(header)
    beginnings = {
        spelling.partition("_")[0]
        for column in table.delivered
        for spelling in (column.name, *column.aliases)
    }
    is_named = re.fullmatch(r"[a-z][a-z0-9_()?]{1,62}", name) and (
        name.partition("_")[0] in beginnings
        or declarations.nearest(name, (column.name for column in table.delivered))
    )
    return name if is_named else f"(column {index + 1})"
