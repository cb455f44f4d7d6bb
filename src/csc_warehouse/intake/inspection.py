"""What a dropped file is, before anybody loads it: source, tables, columns, and what it can feed.

Every adapter is asked to open the file and to name its tables; the one that knows most of its
columns is the source. A new source needs nothing here: its adapter's `open_sheets` and `table_of`
are enough, `particulars` (see `adapters.SaysMore`) may add a collection year or a dialect. Nothing
is written and no value is shown: a header that no table declares is named only where it looks like
one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from csc_warehouse.errors import WrongUse
from csc_warehouse.intake.adapters import ADAPTERS, Adapter, SaysMore
from csc_warehouse.intake.adapters.tabular import Limits, Sheet, Unreadable
from csc_warehouse.intake.dropped import is_ignored
from csc_warehouse.intake.rows import sound
from csc_warehouse.intake.writer import safe_header
from csc_warehouse.lake import declarations
from csc_warehouse.lake.declarations import TableDeclaration
from csc_warehouse.quality import needs
from csc_warehouse.settings import SEEDS

NOT_KNOWN = "no source knows its columns"


@dataclass(frozen=True)
class FoundTable:
    """A sheet or file and the declared table that it holds; `reason` where it holds none."""

    label: str
    table: str | None = None
    rows: int = 0
    rows_unreadable: int = 0
    columns_known: tuple[str, ...] = ()
    columns_missing: tuple[str, ...] = ()
    columns_unknown: tuple[str, ...] = ()
    is_stored: bool = True
    reason: str | None = None
    what_to_do: str | None = None


@dataclass(frozen=True)
class FoundFile:
    """A file: the source that it belongs to, and what is in it."""

    path: str
    source: str | None
    tables: tuple[FoundTable, ...]
    particulars: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Feed:
    """What the files of one source are enough for, and which tables or columns more would need."""

    source: str
    subjects: tuple[str, ...]
    indicators: tuple[str, ...]
    lacking: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Inspection:
    """All files that were looked at, and what they can feed together, by source."""

    files: tuple[FoundFile, ...]
    feeds: tuple[Feed, ...]

    @property
    def is_known(self) -> bool:
        """Whether every file belongs to a source."""
        return all(file.source for file in self.files)

    def to_dict(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


def inspect(path: Path, limits: Limits | None = None) -> Inspection:
    """Look at a file, or at each file of a folder and its sub-folders.

    Raises `WrongUse` where there is none.
    """
    paths = [path] if path.is_file() else sorted(_files_below(path))
    if not paths:
        raise WrongUse(f"There is no file at {path}.")
    files = tuple(recognise(item, limits or Limits()) for item in paths)
    sources = sorted({file.source for file in files if file.source})
    return Inspection(files, tuple(_feed(source, files) for source in sources))


def _files_below(folder: Path) -> Iterable[Path]:
    for item in folder.rglob("*"):
        if item.is_file() and not is_ignored(item.name) and item.name != "ledger.csv":
            yield item


def recognise(path: Path, limits: Limits) -> FoundFile:
    """The file as that source reads it whose folder it is in, else that knows most columns."""
    readings = [_read_as(adapter, path, limits) for adapter in ADAPTERS.values()]
    return max(readings, key=lambda found: _fit(found, path))


def _fit(found: FoundFile, path: Path) -> tuple[bool, bool, float, int]:
    known = sum(len(table.columns_known) for table in found.tables if table.table)
    unknown = sum(len(table.columns_unknown) for table in found.tables if table.table)
    share = known / (known + unknown) if known else 0.0
    return found.source is not None, path.parent.name == found.source, share, known


def _read_as(adapter: Adapter, path: Path, limits: Limits) -> FoundFile:
    """The file as one source would read it; without a source where it has none of its tables."""
    tables: list[FoundTable] = []
    particulars: dict[str, str] = {}
    try:
        for sheet in adapter.open_sheets(path, path.name, limits):
            found, rows = _look_at(adapter, sheet)
            tables.append(found)
            if rows is not None and isinstance(adapter, SaysMore):
                particulars |= adapter.particulars(path, sheet.headers, rows)
    except Unreadable as error:
        tables.append(FoundTable(path.name, reason=error.reason, what_to_do=error.what_to_do))
    is_its = any(table.table for table in tables)
    return FoundFile(str(path), adapter.source if is_its else None, tuple(tables), particulars)


def _look_at(adapter: Adapter, sheet: Sheet) -> tuple[FoundTable, pa.Table | None]:
    """What a sheet holds, and its rows where a table of the source is in it."""
    declared = declarations.load_source(adapter.source)
    table = adapter.table_of(declared, sheet.title, sheet.headers)
    if table is None:
        return FoundTable(sheet.label, reason=sheet.left_out or NOT_KNOWN), None
    positions = table.match_headers(sheet.headers)
    kept = {c.name for c in table.delivered if c.kind != declarations.DROP}
    stored = {name: place for name, place in positions.items() if name in kept}
    wanted = stored or positions
    batches = [sound(batch, table, sheet.headers, wanted) for batch in sheet.read(wanted)]
    rows = pa.concat_tables([batch.table for batch in batches]) if batches else None
    found = FoundTable(
        sheet.label,
        table.name,
        rows=rows.num_rows if rows is not None else 0,
        rows_unreadable=sum(len(batch.rejects) for batch in batches),
        columns_known=tuple(c.name for c in table.delivered if c.name in positions),
        columns_missing=tuple(
            c.name for c in table.delivered if c.name in kept and c.name not in positions
        ),
        columns_unknown=_unknown(sheet.headers, positions.values(), table),
        is_stored=sheet.left_out is None,
        reason=sheet.left_out,
    )
    return found, rows if sheet.left_out is None else None


def _unknown(
    headers: Sequence[str], used: Iterable[int], table: TableDeclaration
) -> tuple[str, ...]:
    places = set(used)
    return tuple(
        safe_header(header, place, table)
        for place, header in enumerate(headers)
        if place not in places and header.strip()
    )


# --- What it can feed -----------------------------------------------------------------------------


def _feed(source: str, files: Sequence[FoundFile]) -> Feed:
    """The indicators for which the files bring all that they need, and what others lack."""
    delivered: dict[str, set[str]] = {}
    for file in files:
        for table in file.tables if file.source == source else ():
            if table.table and table.is_stored:
                delivered.setdefault(table.table, set()).update(table.columns_known)
    wanted: dict[str, list[tuple[str, str]]] = {}
    for name, table_name, column, code in needs():
        if name == source:
            wanted.setdefault(code, []).append((table_name, column))
    lacking = {
        code: tuple(
            dict.fromkeys(
                table_name if table_name not in delivered else f"{table_name}.{column}"
                for table_name, column in places
                if table_name not in delivered or (column and column not in delivered[table_name])
            )
        )
        for code, places in wanted.items()
        if any(table_name in delivered for table_name, _ in places)
    }
    ready = tuple(code for code, missing in lacking.items() if not missing)
    subjects = tuple(dict.fromkeys(_subjects()[code] for code in ready))
    return Feed(source, subjects, ready, {code: what for code, what in lacking.items() if what})


@cache
def _subjects() -> dict[str, str]:
    """The source subject of each indicator."""
    with (SEEDS / "indicators" / "indicator.csv").open(encoding="utf-8", newline="") as file:
        return {row["indicator_code"]: row["source_subject"] for row in csv.DictReader(file)}
