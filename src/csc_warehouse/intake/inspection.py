"""What a dropped file is, before anybody loads it: source, tables, columns, and what it can feed.

Every adapter is asked to open the file and to name its tables; the one that knows most of its
columns is the source. What is said of a file is what landing would say, by the same code. A new
source needs nothing here: its adapter's `open_sheets` and `table_of` are enough, `particulars` (see
`adapters.SaysMore`) may add a collection year or a dialect. Nothing is written and no value is
shown: a header that no table declares is named only where it looks like one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from csc_warehouse.errors import WrongUse
from csc_warehouse.intake.adapters import ADAPTERS, Adapter, SaysMore
from csc_warehouse.intake.adapters.tabular import Limits, Unreadable
from csc_warehouse.intake.apart import BeyondLimits, Readers, SheetApart
from csc_warehouse.intake.dropped import is_ignored, printable
from csc_warehouse.intake.placing import elsewhere, place_of, wrong_place
from csc_warehouse.intake.recognition import LeftOut, NotUsable, Recognised, recognised
from csc_warehouse.lake import declarations
from csc_warehouse.places import SEEDS
from csc_warehouse.quality import needs

NOT_KNOWN = "no source knows its columns"
#: Of so many bytes of rows an adapter is asked for particulars.
SEEN_BYTES = 256 << 20


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
    """A file: the source that it belongs to, and what is in it.

    `wrong_place` says why landing would refuse it where it lies.
    """

    path: str
    source: str | None
    tables: tuple[FoundTable, ...]
    particulars: dict[str, str] = field(default_factory=dict)
    wrong_place: str | None = None


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
        """Whether every file belongs to a source, and can be landed where it lies."""
        return all(
            file.source
            and file.wrong_place is None
            and all(table.what_to_do is None for table in file.tables)
            for file in self.files
        )

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
    with Readers(limits or Limits.from_environment()) as readers:
        files = tuple(recognise(readers, item) for item in paths)
    sources = sorted({file.source for file in files if file.source})
    return Inspection(files, tuple(_feed(source, files) for source in sources))


def _files_below(folder: Path) -> Iterable[Path]:
    for item in folder.rglob("*"):
        if item.is_file() and not is_ignored(item.name) and item.name != "ledger.csv":
            yield item


def recognise(readers: Readers, path: Path) -> FoundFile:
    """The file as that source reads it whose folder it is in, else that knows most columns."""
    try:
        readings = {name: _read_as(readers, adapter, path) for name, adapter in ADAPTERS.items()}
    except BeyondLimits as error:
        table = FoundTable(printable(path.name), reason=error.reason, what_to_do=error.what_to_do)
        return FoundFile(printable(str(path)), None, (table,))
    best = max(readings, key=lambda name: _fit(readings[name], path.parent.name == name))
    found = readings[best]
    return replace(found, wrong_place=_wrong_place(readers, path, found))


def _fit(found: FoundFile, is_in_folder: bool) -> tuple[bool, bool, float, int]:
    known = sum(len(table.columns_known) for table in found.tables if table.table)
    unknown = sum(len(table.columns_unknown) for table in found.tables if table.table)
    share = known / (known + unknown) if known else 0.0
    return found.source is not None, is_in_folder, share, known


def _wrong_place(readers: Readers, path: Path, found: FoundFile) -> str | None:
    """What landing would say of the folder that a file lies in, where that is one of landing's."""
    place = place_of(path)
    if place is None:
        return None
    if found.source not in (None, place.source):
        other = elsewhere(readers, path, place.source)
        return ". ".join(other) if other else None
    return wrong_place(ADAPTERS[place.source], printable(path.name), place.la_code, place.month)


def _read_as(readers: Readers, adapter: Adapter, path: Path) -> FoundFile:
    """The file as one source would read it; without a source where it has none of its tables."""
    name = printable(path.name)
    tables: list[FoundTable] = []
    particulars: dict[str, str] = {}
    try:
        for sheet in readers.open_sheets(adapter, path, name):
            found, rows = _look_at(adapter, sheet)
            tables.append(found)
            if rows is not None and isinstance(adapter, SaysMore):
                particulars |= adapter.particulars(path, sheet.headers, rows)
    except BeyondLimits:
        raise
    except Unreadable as error:
        tables.append(FoundTable(name, reason=error.reason, what_to_do=error.what_to_do))
    is_its = any(table.table for table in tables)
    source = adapter.source if is_its else None
    return FoundFile(printable(str(path)), source, tuple(tables), particulars)


def _look_at(adapter: Adapter, sheet: SheetApart) -> tuple[FoundTable, pa.Table | None]:
    """What a sheet holds, and some of its rows where a table of the source is in it."""
    declared = declarations.load_source(adapter.source)
    match recognised(adapter, declared, sheet):
        case LeftOut(reason, table):
            name = table.name if table else None
            return FoundTable(sheet.label, name, is_stored=False, reason=reason), None
        case NotUsable(reason, what_to_do, table):
            return FoundTable(
                sheet.label,
                table.name if table else None,
                is_stored=False,
                reason=reason if table else NOT_KNOWN,
                what_to_do=what_to_do if table else None,
            ), None
        case Recognised() as known:
            return _read(sheet, known)


def _read(sheet: SheetApart, known: Recognised) -> tuple[FoundTable, pa.Table | None]:
    table = known.table
    rows = unreadable = held = 0
    seen: list[pa.Table] = []
    for batch in sheet.read(table, known.positions):
        rows += batch.table.num_rows
        unreadable += len(batch.rejects)
        if held < SEEN_BYTES:
            seen.append(batch.table)
            held += batch.table.nbytes
    dropped = {c.name for c in table.delivered if c.kind == declarations.DROP}
    every = table.match_headers(sheet.headers)
    found = FoundTable(
        sheet.label,
        table.name,
        rows=rows,
        rows_unreadable=unreadable,
        columns_known=tuple(c.name for c in table.delivered if c.name in every),
        columns_missing=tuple(
            c.name
            for c in table.delivered
            if c.name not in dropped and c.name not in known.positions
        ),
        columns_unknown=known.unknown,
    )
    return found, pa.concat_tables(seen) if seen else None


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
