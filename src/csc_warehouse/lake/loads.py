"""The lake: manifests of what was landed, and which loads a month is built from.

A load is one (authority, source, month) folder with one content; its id is a hash of both. The
manifest is written last: a load without one does not exist. Where a month was delivered more than
once, the manifest with the highest `sequence` is current; landing an earlier content again moves
that load to the end of the sequence and nothing else changes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, astuple, dataclass, fields, replace
from pathlib import Path
from typing import Any

from csc_warehouse.errors import CscError
from csc_warehouse.files import private_directory, write_atomically
from csc_warehouse.lake.declarations import LATEST_SNAPSHOT, load_source
from csc_warehouse.places import Home

ACCEPTED = "accepted"
REFUSED = "refused"

#: Stands for the authority and the month of published statistics, which have neither.
PUBLISHED = "published"

FILE_KEPT = "kept"
FILE_QUARANTINED = "quarantined"
FILE_NOT_STORED = "not_stored"
FILE_REPEATED = "repeated"


#: The form of dates that would be read the wrong way round, as the day first.
MONTH_FIRST = "09/30/2022, the month first"


@dataclass(frozen=True)
class DateForm:
    """How many rows of a file have a column's date in one form, told by an example of it."""

    column: str
    form: str
    rows: int
    is_read: bool


@dataclass(frozen=True)
class FileEntry:
    """A delivered file, or one sheet of a workbook: what it was and what became of it."""

    name: str
    sha256: str
    bytes: int
    outcome: str
    encoding: str | None = None
    delimiter: str | None = None
    table: str | None = None
    rows_in: int = 0
    rows_kept: int = 0
    rows_quarantined: int = 0
    reason: str | None = None
    what_to_do: str | None = None
    rows_erased: int = 0
    dates: tuple[DateForm, ...] = ()


@dataclass(frozen=True)
class TableEntry:
    """A table of a load: row counts, the columns delivered, and its file in the lake."""

    name: str
    rows_in: int
    rows_kept: int
    rows_quarantined: int
    columns_known: tuple[str, ...]
    columns_missing: tuple[str, ...]
    columns_unknown: tuple[str, ...]
    path: str | None
    bytes: int = 0
    rows_erased: int = 0


@dataclass(frozen=True)
class EventDays:
    """When the records of a table happened, or ('' as its name) those of all tables together.

    `days_with_event` are different ones of the `working_days` from the first day, or from a year
    before it, to `newest`, the last day on or before the month's end. `rows_in_month` and
    `rows_in_year` are rows up to the month's end, `rows_later` those over 45 days after it.
    """

    table: str
    column: str
    newest: str | None
    days_with_event: int
    working_days: int
    rows: int
    rows_in_month: int
    rows_in_year: int
    rows_later: int


@dataclass(frozen=True)
class AgeFit:
    """How many rows of a table have the age that the child had at the end of the load's month.

    Of an earlier month, `other_month`, more have it, and most: `rows_fitting_other`.
    """

    table: str
    rows: int
    rows_fitting: int
    other_month: str | None
    rows_fitting_other: int


@dataclass(frozen=True)
class Head:
    """What of a manifest is asked of every load: which it is, and whether it stands."""

    load_id: str
    la_code: str
    source_system: str
    extract_month: str
    sequence: int
    outcome: str
    content_sha256: str
    declaration: str
    key_id: str
    rows_erased: int


@dataclass(frozen=True)
class LoadManifest:
    """What one load brought. `rows_in = rows_kept + rows_quarantined + rows_erased`, always.

    `rows_erased` is 0 unless a person was erased (`csc erase`).
    """

    load_id: str
    la_code: str
    source_system: str
    extract_month: str
    sequence: int
    outcome: str
    reasons: tuple[str, ...]
    notes: tuple[str, ...]
    rows_in: int
    rows_kept: int
    rows_quarantined: int
    files: tuple[FileEntry, ...]
    tables: tuple[TableEntry, ...]
    content_sha256: str
    declaration: str
    key_id: str
    rows_erased: int = 0
    events: tuple[EventDays, ...] = ()
    ages: tuple[AgeFit, ...] = ()

    def table(self, name: str) -> TableEntry | None:
        """The entry of that raw table, or None where it was not delivered."""
        return next((table for table in self.tables if table.name == name), None)

    def file_numbers(self) -> dict[str, str]:
        """The number that stands for each file or sheet where its name must not be: `001` …

        A name is what somebody typed, and may be a person's.
        """
        names = sorted(entry.name for entry in self.files)
        return {name: f"{number:03}" for number, name in enumerate(names, start=1)}

    def to_json(self) -> str:
        """The manifest file's text."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> LoadManifest:
        """Read a manifest file's text; `KeyError`, `TypeError`, `ValueError` on other text."""
        raw: dict[str, Any] = json.loads(text)
        for entry in raw["files"]:
            entry["dates"] = tuple(DateForm(**form) for form in entry.get("dates", ()))
        raw["files"] = tuple(FileEntry(**entry) for entry in raw["files"])
        for entry in raw["tables"]:
            for name in ("columns_known", "columns_missing", "columns_unknown"):
                entry[name] = tuple(entry[name])
        raw["tables"] = tuple(TableEntry(**entry) for entry in raw["tables"])
        raw["events"] = tuple(EventDays(**entry) for entry in raw.get("events", ()))
        raw["ages"] = tuple(AgeFit(**entry) for entry in raw.get("ages", ()))
        raw["reasons"] = tuple(raw["reasons"])
        raw["notes"] = tuple(raw["notes"])
        return cls(**raw)


def manifest_path(home: Home, load_id: str) -> Path:
    """Where the manifest of a load lies."""
    return home.manifests / f"{load_id}.json"


def table_path(home: Home, source: str, table: str, la_code: str, month: str, load_id: str) -> Path:
    """Where the rows of one table of a load lie."""
    partition = Path(source, table, f"la_code={la_code}", f"extract_month={month}")
    return home.lake / partition / f"{load_id}.parquet"


def write_manifest(home: Home, manifest: LoadManifest) -> None:
    """Write a manifest so that a reader sees all of it or nothing."""
    write_atomically(manifest_path(home, manifest.load_id), manifest.to_json())


def read_manifest(home: Home, load_id: str) -> LoadManifest | None:
    """The manifest of a load, or None where there is none."""
    path = manifest_path(home, load_id)
    if not path.is_file():
        return None
    try:
        return LoadManifest.from_json(path.read_text(encoding="utf-8"))
    except (KeyError, TypeError, ValueError) as error:
        raise CscError(
            f"The manifest {path} can't be read. Move it away and land "
            "the month again: the lake is repaired from the landing folder."
        ) from error


def all_manifests(home: Home, la_code: str | None = None) -> list[LoadManifest]:
    """The manifests of authorities, or of one, refused loads included, in a fixed order.

    Of a region these are thousands of files: `heads` says which loads there are at once.
    """
    return [
        manifest
        for head in heads(home)
        if la_code in (None, head.la_code) and (manifest := read_manifest(home, head.load_id))
    ]


def published_load(home: Home) -> LoadManifest | None:
    """The newest load of published statistics, or None where none was landed."""
    ids = [head.load_id for head in every_head(home) if head.la_code == PUBLISHED]
    return read_manifest(home, ids[-1]) if ids else None


def every_manifest(home: Home) -> list[LoadManifest]:
    """The manifests of the lake, authorities' and published statistics', in a fixed order.

    Raises CscError while a change of the key is half done.
    """
    found = [read_manifest(home, head.load_id) for head in every_head(home)]
    return [manifest for manifest in found if manifest]


def heads(home: Home) -> list[Head]:
    """The loads of authorities, refused ones included, in (authority, source, month) order."""
    return [head for head in every_head(home) if head.la_code != PUBLISHED]


def every_head(home: Home) -> list[Head]:
    """Every load, authorities' and published statistics', in (authority, source, month) order.

    From a hundred loads on an index keeps the heads of manifests that did not change since: what
    is not in it, or a whole index that can't be read, is read from the manifests again.

    Raises CscError while a change of the key is half done.
    """
    require_whole(home)
    known, found, is_changed = _index(home), {}, False
    for load_id, stamp in _stamps(home):
        head = known.get((load_id, stamp))
        if head is None:
            if (manifest := read_manifest(home, load_id)) is None:
                continue
            head = _head(manifest)
            is_changed = True
        found[load_id, stamp] = head
    if len(found) >= _WORTH_AN_INDEX and (is_changed or len(known) != len(found)):
        _write_index(home, found)
    return sorted(found.values(), key=_order)


#: Fewer manifests are read in a moment.
_WORTH_AN_INDEX = 100

#: When a manifest was written, its bytes, and its number on the disk: another file has another.
Stamp = tuple[int, int, int]


def _stamps(home: Home) -> Iterator[tuple[str, Stamp]]:
    """Each manifest's load, and what is another where the manifest is."""
    if not home.manifests.is_dir():
        return
    with os.scandir(home.manifests) as entries:
        for entry in entries:
            if entry.name.endswith(".json"):
                stat = entry.stat()
                stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
                yield entry.name.removesuffix(".json"), stamp


def _head(manifest: LoadManifest) -> Head:
    return Head(**{field.name: getattr(manifest, field.name) for field in fields(Head)})


def _index(home: Home) -> dict[tuple[str, Stamp], Head]:
    try:
        rows = json.loads(home.loads_index.read_text(encoding="utf-8"))
        return {(load_id, (*stamp,)): Head(*head) for load_id, stamp, head in rows}
    except (OSError, TypeError, ValueError):
        return {}


def _write_index(home: Home, found: dict[tuple[str, Stamp], Head]) -> None:
    rows = [(load_id, stamp, astuple(head)) for (load_id, stamp), head in found.items()]
    # Who may not write here can read all the same, from the manifests.
    with suppress(OSError):
        private_directory(home.work)
        write_atomically(home.loads_index, json.dumps(rows))


def is_whole(home: Home) -> bool:
    """Whether no change of the key is half done."""
    return not (home.rekeyed.exists() or home.rekey_plan.exists())


def require_whole(home: Home) -> None:
    """Raise `CscError` while a change of the key is half done: some keys are old, some new."""
    if not is_whole(home):
        raise CscError(
            "A change of the key was broken off: run `csc rekey`, which brings it to its end."
        )


def current_loads(
    home: Home, month: str, la_codes: Iterable[str] | None = None
) -> list[LoadManifest]:
    """The loads that a release of `month` ('YYYY-MM') is built from, in a fixed order.

    Of each authority, source and month only the newest accepted load counts. A source that
    delivers full snapshots gives its latest month up to `month`; one that delivers periods
    (a year of the 903) gives all of them, newest last. `la_codes` narrows the authorities.
    """
    wanted = None if la_codes is None else set(la_codes)
    newest: dict[tuple[str, str, str], Head] = {}
    for head in heads(home):
        if head.outcome != ACCEPTED or head.extract_month > month:
            continue
        if wanted is not None and head.la_code not in wanted:
            continue
        newest[head.la_code, head.source_system, head.extract_month] = head
    chosen: dict[tuple[str, str], list[Head]] = {}
    for (la_code, source, _), head in newest.items():
        of_source = chosen.setdefault((la_code, source), [])
        if load_source(source).merge == LATEST_SNAPSHOT:
            of_source.clear()
        of_source.append(head)
    return [
        manifest
        for of_source in chosen.values()
        for head in of_source
        if (manifest := read_manifest(home, head.load_id))
    ]


def parquet_files(home: Home, load: LoadManifest, table: str) -> list[Path]:
    """The lake files of one table of a load: none where it was not delivered, else one."""
    entry = load.table(table)
    if entry is None or entry.path is None:
        return []
    path = home.lake / entry.path
    if not path.is_file():
        raise CscError(
            f"{path} is missing, although load {load.load_id} is in the lake. "
            f"Land {load.la_code} {load.extract_month} again to restore it."
        )
    return [path]


def rows_erased(home: Home, month: str, la_codes: Collection[str]) -> int:
    """How many rows the authorities' loads up to `month` lost to the erasure of people."""
    return sum(
        load.rows_erased
        for load in heads(home)
        if load.extract_month <= month and load.la_code in la_codes
    )


def superseded(manifest: LoadManifest, sequence: int) -> LoadManifest:
    """The same load moved to the end of its month's sequence."""
    return replace(manifest, sequence=sequence)


def _order(load: Head) -> tuple[str, str, str, int, str]:
    return (
        load.la_code,
        load.source_system,
        load.extract_month,
        load.sequence,
        load.load_id,
    )
