"""The rows of a load on their way into the lake: declared columns only, ids beside their keys."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from csc_warehouse import lake
from csc_warehouse.files import aside_of, private_directory, put_in_place
from csc_warehouse.intake import postcodes
from csc_warehouse.intake.adapters.flags import flags_only, labels_only, sectors_only
from csc_warehouse.intake.adapters.quarantine import Quarantine
from csc_warehouse.intake.adapters.tabular import Batch, Unreadable
from csc_warehouse.intake.apart import BeyondLimits, Readers, SheetApart
from csc_warehouse.intake.dropped import DroppedFile
from csc_warehouse.intake.load import Load
from csc_warehouse.intake.naming import told
from csc_warehouse.intake.placing import elsewhere
from csc_warehouse.intake.recognition import LeftOut, NotUsable, Recognised, recognised
from csc_warehouse.intake.written_dates import DateAccount, age_fit, event_days
from csc_warehouse.lake import AgeFit, FileEntry, LoadManifest, TableEntry, declarations, persons
from csc_warehouse.lake.declarations import ColumnDeclaration, TableDeclaration
from csc_warehouse.lake.identity import Hasher

WORKERS = 2
ENCODED_TEXT = pa.dictionary(pa.int32(), pa.string())
DICTIONARY_BYTES = 16 << 20
_LAKE_TYPES = {"bigint": pa.int64(), "double": pa.float64(), "boolean": pa.bool_()}


@dataclass(frozen=True)
class _Item:
    """A sheet, the file it came from, and what it is."""

    file: DroppedFile
    sheet: SheetApart
    found: Recognised

    @property
    def table(self) -> TableDeclaration:
        return self.found.table

    @property
    def sheet_name(self) -> str:
        """The sheet's name; empty where the file is the table."""
        return self.sheet.label.removeprefix(self.file.name).removeprefix("#")

    @property
    def positions(self) -> Mapping[str, int]:
        return self.found.positions


@dataclass(frozen=True)
class _Written:
    """What became of the sheets of one table."""

    entry: TableEntry | None
    files: tuple[FileEntry, ...]


class _HalfRead(Exception):
    """A file broke off after rows of it were written: what was written of its table is void."""

    def __init__(self, error: Unreadable) -> None:
        super().__init__(error.reason)
        self.error = error


class LoadWriter:
    """Writes the tables of one load aside, then into the lake."""

    def __init__(
        self, load: Load, hasher: Hasher, quarantine: Quarantine, erased: frozenset[str]
    ) -> None:
        self._load = load
        self._hasher = hasher
        self._quarantine = quarantine
        self._erased = erased
        self._readers = Readers(load.limits)
        self._measure = postcodes.Measure(load.directory) if load.directory else None
        self._aside: dict[Path, Path] = {}
        self._days: dict[tuple[str, str], Counter[date]] = {}
        self._ages: dict[str, Counter[tuple[str, str]]] = {}

    def write(self) -> LoadManifest:
        """Read every file and write its rows aside; the manifest says what came of it."""
        load = self._load
        entries: list[FileEntry] = []
        by_table: dict[str, list[_Item]] = defaultdict(list)
        seen: dict[str, str] = {}
        for file in load.files:
            if file.sha256 in seen:
                reason = f"the same content as {seen[file.sha256]}: read once"
                entries.append(_entry(file, file.name, lake.FILE_REPEATED, reason=reason))
                continue
            seen[file.sha256] = file.name
            items, others = self._recognise(file)
            entries.extend(others)
            for item in items:
                by_table[item.table.name].append(item)
        with ThreadPoolExecutor(WORKERS) as pool:
            written = list(pool.map(self._write_table, by_table.values()))
        tables = [result.entry for result in written if result.entry is not None]
        for result in written:
            entries.extend(result.files)
        manifest = self._manifest(entries, tables)
        return self._without_erased(manifest) if self._erased else manifest

    def _without_erased(self, manifest: LoadManifest) -> LoadManifest:
        """Take the rows of people who were erased out of what was written aside, and count them."""
        if manifest.outcome != lake.ACCEPTED:
            return manifest
        files = {final.parents[2].name: aside for aside, final in self._aside.items()}
        ids = persons.linked_ids(
            self._load.declared.links,
            {table: [path] for table, path in files.items()},
            self._erased,
        )
        for table, path in files.items():
            theirs = persons.rows_of(path, table, self._erased, ids)
            if pc.any(theirs).as_py():
                persons.write_without(path, theirs)
        return persons.counted(manifest, files)

    def _is_erased(self, raw: str) -> bool:
        """Whether a row that could not be read names a person who was erased."""
        if not self._erased:
            return False
        keys = self._hasher.child_keys(pa.array(persons.words(raw), pa.string()))
        return not self._erased.isdisjoint(keys.to_pylist())

    def publish(self) -> None:
        """Rename every written table into the lake."""
        for aside, final in self._aside.items():
            put_in_place(aside, final)
        self._aside.clear()

    def discard(self) -> None:
        """Remove what was written aside and not published; no file is open any more."""
        self._readers.close()
        for aside in self._aside:
            aside.unlink(missing_ok=True)
        self._aside.clear()

    def _manifest(self, files: list[FileEntry], tables: list[TableEntry]) -> LoadManifest:
        load = self._load
        reasons = _refusal_reasons(load, files, tables)
        if reasons:
            tables = [replace(table, path=None, bytes=0) for table in tables]
        files = sorted(files, key=lambda entry: entry.name)
        return LoadManifest(
            load_id=load.load_id,
            la_code=load.la_code,
            source_system=load.source,
            extract_month=load.month,
            sequence=0,
            outcome=lake.REFUSED if reasons else lake.ACCEPTED,
            reasons=reasons,
            notes=(),
            rows_in=sum(entry.rows_in for entry in files),
            rows_kept=sum(entry.rows_kept for entry in files),
            rows_quarantined=sum(entry.rows_quarantined for entry in files),
            rows_erased=sum(entry.rows_erased for entry in files),
            files=tuple(files),
            tables=tuple(sorted(tables, key=lambda table: table.name)),
            content_sha256=load.content_sha256,
            declaration=load.declaration,
            key_id="",
            events=event_days(self._days_of(tables), load.month),
            ages=tuple(self._ages_of(tables)),
        )

    def _days_of(self, tables: Sequence[TableEntry]) -> dict[tuple[str, str], Counter[date]]:
        """Rows by day, of each event column that was delivered."""
        written = {table.name for table in tables}
        return {place: days for place, days in sorted(self._days.items()) if place[0] in written}

    def _ages_of(self, tables: Sequence[TableEntry]) -> Iterator[AgeFit]:
        """Whether the ages of each table that has some are those of the month."""
        for table in tables:
            if ages := self._ages.get(table.name):
                fit = age_fit(table.name, ages, self._load.month)
                if fit is not None:
                    yield fit

    def _recognise(self, file: DroppedFile) -> tuple[list[_Item], list[FileEntry]]:
        """The sheets of a file that hold a declared table, and entries of those that don't."""
        items: list[_Item] = []
        others: list[FileEntry] = []
        adapter = self._load.adapter
        try:
            for sheet in self._readers.open_sheets(adapter, file.path, file.name):
                found = self._recognise_sheet(file, sheet)
                if isinstance(found, _Item):
                    items.append(found)
                else:
                    others.append(found)
        except BeyondLimits as error:
            others.append(self._put_aside(file, file.name, error))
        except Unreadable as error:
            others.append(self._put_aside(file, file.name, self._placed(file, error)))
        return items, others

    def _recognise_sheet(self, file: DroppedFile, sheet: SheetApart) -> _Item | FileEntry:
        found = recognised(self._load.adapter, self._load.declared, sheet)
        match found:
            case LeftOut(reason):
                return _entry(file, sheet.label, lake.FILE_NOT_STORED, reason=reason)
            case NotUsable(reason, what_to_do, table):
                error = Unreadable(reason, what_to_do)
                if table is None:
                    return self._put_aside(file, sheet.label, self._placed(file, error))
                return self._put_aside(file, sheet.label, error, table.name)
            case Recognised():
                return _Item(file, sheet, found)

    def _placed(self, file: DroppedFile, error: Unreadable) -> Unreadable:
        """The error, or that the file is another source's."""
        if self._load.source == lake.PUBLISHED:
            return error
        place = elsewhere(self._readers, file.path, self._load.source)
        return Unreadable(*place) if place else error

    def _put_aside(
        self, file: DroppedFile, label: str, error: Unreadable, table: str | None = None
    ) -> FileEntry:
        self._quarantine.add_file(file, error.reason, error.what_to_do)
        return _entry(
            file,
            label,
            lake.FILE_QUARANTINED,
            table=table,
            reason=error.reason,
            what_to_do=error.what_to_do,
        )

    def _write_table(self, sheets: Sequence[_Item]) -> _Written:
        """Write all sheets of one table into one lake file; an unreadable sheet is put aside.

        Where one breaks off after rows of it were written, each is read to its end first, and the
        table written again without those that can't be.
        """
        try:
            return self._write_sheets(sheets, {})
        except _HalfRead:
            self._quarantine.forget_rows((item.file.name, item.sheet_name) for item in sheets)
            broken = {
                place: error
                for place, item in enumerate(sheets)
                if (error := _broken(item)) is not None
            }
        try:
            return self._write_sheets(sheets, broken)
        except _HalfRead as half:
            self._quarantine.forget_rows((item.file.name, item.sheet_name) for item in sheets)
            return self._write_sheets(sheets, dict.fromkeys(range(len(sheets)), half.error))

    def _write_sheets(self, sheets: Sequence[_Item], broken: Mapping[int, Unreadable]) -> _Written:
        """Write the sheets but the broken ones, by their place; raises `_HalfRead`."""
        load = self._load
        table = sheets[0].table
        final = lake.table_path(
            load.home, load.source, table.name, load.la_code, load.month, load.load_id
        )
        private_directory(final.parent)
        aside = aside_of(final)
        self._aside[aside] = final
        columns = [
            column
            for column in table.stored
            if column.kind == declarations.TECHNICAL
            or any(self._can_derive(item, column) for item in sheets)
            or any(column.name in item.positions for item in sheets)
        ]
        derived: set[str] = set()
        days: dict[tuple[str, str], Counter[date]] = {}
        ages: Counter[tuple[str, str]] = Counter()
        schema = pa.schema([(column.name, _lake_type(column)) for column in columns])
        try:
            with pq.ParquetWriter(
                aside,
                schema,
                compression="zstd",
                compression_level=1,
                dictionary_pagesize_limit=DICTIONARY_BYTES,
                store_schema=False,
            ) as writer:
                entries = [
                    self._put_aside(item.file, item.sheet.label, broken[place], table.name)
                    if place in broken
                    else self._write_sheet(item, writer, schema, derived, days, ages)
                    for place, item in enumerate(sheets)
                ]
        except _HalfRead:
            del self._aside[aside]
            aside.unlink()
            raise
        read = [
            (item, entry)
            for item, entry in zip(sheets, entries, strict=True)
            if entry.outcome == lake.FILE_KEPT
        ]
        if not read:
            del self._aside[aside]
            aside.unlink()
            return _Written(None, tuple(entries))
        self._days |= days
        self._ages[table.name] = ages
        known = {name for item, _ in read for name in item.positions}
        unknown = dict.fromkeys(name for item, _ in read for name in item.found.unknown)
        declared = [c.name for c in table.delivered if c.kind != declarations.DROP]
        entry = TableEntry(
            name=table.name,
            rows_in=sum(entry.rows_in for _, entry in read),
            rows_kept=sum(entry.rows_kept for _, entry in read),
            rows_quarantined=sum(entry.rows_quarantined for _, entry in read),
            rows_erased=sum(entry.rows_erased for _, entry in read),
            columns_known=(*(name for name in declared if name in known), *sorted(derived)),
            columns_missing=tuple(name for name in declared if name not in known),
            columns_unknown=tuple(unknown),
            path=str(final.relative_to(load.home.lake)),
            bytes=aside.stat().st_size,
        )
        return _Written(entry, tuple(entries))

    def _write_sheet(
        self,
        item: _Item,
        writer: pq.ParquetWriter,
        schema: pa.Schema,
        derived: set[str],
        days_of_table: dict[tuple[str, str], Counter[date]],
        ages_of_table: Counter[tuple[str, str]],
    ) -> FileEntry:
        """Write the rows of a sheet; `derived` gains the derived columns that have a value."""
        kept = rejected = erased = 0
        label = item.sheet.label
        dates = DateAccount(item.table, self._load.month, item.positions)
        try:
            for batch in item.sheet.read(item.table, item.positions):
                dates.add(batch.table)
                rejects = [row for row in batch.rejects if not self._is_erased(row.raw)]
                self._quarantine.add_rows(item.file.name, item.sheet_name, rejects)
                landed = self._landed(item, batch, schema)
                writer.write_table(landed)
                derived |= {
                    column.name
                    for column in item.table.derived
                    if column.name in schema.names
                    and landed.column(column.name).null_count < landed.num_rows
                }
                kept += batch.table.num_rows
                rejected += len(rejects)
                erased += len(batch.rejects) - len(rejects)
        except Unreadable as error:
            if kept:
                raise _HalfRead(error) from None
            return self._put_aside(item.file, label, error, item.table.name)
        for column, days in dates.days.items():
            days_of_table.setdefault((item.table.name, column), Counter()).update(days)
        ages_of_table.update(dates.ages)
        return _entry(
            item.file,
            label,
            lake.FILE_KEPT,
            table=item.table.name,
            encoding=item.sheet.encoding,
            delimiter=item.sheet.delimiter,
            rows_in=kept + rejected + erased,
            rows_kept=kept,
            rows_quarantined=rejected,
            rows_erased=erased,
            dates=dates.forms(),
        )

    def _landed(self, item: _Item, batch: Batch, schema: pa.Schema) -> pa.Table:
        """The rows as the lake keeps them: hashed, free text gone, the technical columns added."""
        rows = batch.table.num_rows
        kinds = {column.name: column.kind for column in item.table.delivered}
        person_columns = item.table.person_columns
        fixed = {
            "_load_id": self._load.load_id,
            "_la_code": self._load.la_code,
            "_extract_month": self._load.month,
            "_source_file": item.sheet.label,
        }
        replaced: dict[str, Callable[[pa.ChunkedArray], pa.Array]] = {
            declarations.WORKER: self._hasher.worker_keys,
            declarations.PLACE: self._hasher.place_keys,
            declarations.FLAGS: flags_only,
            declarations.LABEL: labels_only,
            declarations.SECTOR: sectors_only,
        }
        measured = self._derived(item, batch)
        columns = []
        for field in schema:
            name = field.name
            if name in fixed:
                columns.append(_constant(fixed[name], rows))
            elif name in measured:
                columns.append(measured[name])
            elif name == "_row_number":
                columns.append(pa.array(batch.row_numbers, pa.int64()))
            elif name == "_child_key" or (name.startswith("_") and name.endswith("_key")):
                person = person_columns[0] if name == "_child_key" else name[1:-4]
                columns.append(
                    self._hasher.child_keys(batch.table.column(person))
                    if person in item.positions
                    else pa.nulls(rows, field.type)
                )
            elif name not in item.positions:
                columns.append(pa.nulls(rows, field.type))
            else:
                values = batch.table.column(name)
                replace_values = replaced.get(kinds[name])
                columns.append(replace_values(values) if replace_values else values)
        return pa.table(columns, schema=schema)

    def _can_derive(self, item: _Item, column: ColumnDeclaration) -> bool:
        """Whether `column` can be worked out: there is a directory, and what it is made of."""
        return (
            self._measure is not None
            and column.kind == declarations.DERIVED
            and all(name in item.positions for name in column.derived_from)
        )

    def _derived(self, item: _Item, batch: Batch) -> dict[str, pa.Array]:
        """What the postcodes of each row say together, before a hash replaces each."""
        wanted = [column for column in item.table.derived if self._can_derive(item, column)]
        if self._measure is None or not wanted:
            return {}
        (pair,) = {column.derived_from for column in wanted}
        placed = self._measure.placed(*(batch.table.column(name) for name in pair))
        return {column.name: getattr(placed, column.name) for column in wanted}


def _broken(item: _Item) -> Unreadable | None:
    """Why a sheet can't be read to its end; None where it can."""
    try:
        for _ in item.sheet.read(item.table, item.positions):
            pass
    except Unreadable as error:
        return error
    return None


def _lake_type(column: ColumnDeclaration) -> pa.DataType:
    """Text as received is plain; what landing makes itself repeats and is encoded as such."""
    if column.data_type in _LAKE_TYPES:
        return _LAKE_TYPES[column.data_type]
    return pa.string() if column.kind in (declarations.KEEP, declarations.PERSON) else ENCODED_TEXT


def _constant(text: str, rows: int) -> pa.DictionaryArray:
    indices = pa.array(np.zeros(rows, dtype=np.int32))
    return pa.DictionaryArray.from_arrays(indices, pa.array([text], pa.string()))


def _refusal_reasons(
    load: Load, files: Sequence[FileEntry], tables: Sequence[TableEntry]
) -> tuple[str, ...]:
    """Why a load can't be used: a table is missing or unreadable without which nothing counts."""
    declared, labels = load.declared, [entry.name for entry in files]

    def said(entry: FileEntry) -> str:
        name = told(entry.name, labels, size=entry.bytes, month=load.month)
        return f"{name}: {entry.reason}. {entry.what_to_do}"

    landed = {table.name for table in tables}
    reasons = []
    if not landed and not declared.required_tables:
        reasons.append(f"none of its files holds a table of {declared.name}")
    for name in declared.required_tables:
        if name in landed:
            continue
        unread = [entry for entry in files if entry.table == name and entry.reason]
        if unread:
            reasons.append(said(unread[0]))
        else:
            reasons.append(f"the table {name} is missing. Export it with the others")
    if reasons:
        reasons += [
            said(entry)
            for entry in files
            if entry.outcome == lake.FILE_QUARANTINED and entry.table is None
        ]
    return tuple(reasons)


def _entry(file: DroppedFile, label: str, outcome: str, **details: object) -> FileEntry:
    return FileEntry(label, file.sha256, file.bytes, outcome, **details)  # type: ignore[arg-type]
