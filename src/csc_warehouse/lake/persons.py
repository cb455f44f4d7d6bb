"""The rows of one person in the files of the lake, and who was erased: for landing and `privacy`.

`keys/erased.json` holds the child keys of erased people by authority, so that an old extract,
landed again, doesn't bring them back.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from csc_warehouse import lake
from csc_warehouse.files import write_atomically, written_aside
from csc_warehouse.lake import LoadManifest
from csc_warehouse.lake.declarations import Link
from csc_warehouse.lake.identity import map_distinct, normalised_id
from csc_warehouse.places import Home

ERASED = "erased.json"

#: The columns of a lake file that hold keys of people.
KEY_COLUMN = r"_.+_key"

#: Ids by which rows of a source belong to a person: by table and column.
LinkedIds = Mapping[tuple[str, str], Collection[str]]


# --- Who was erased -------------------------------------------------------------------------------


def erased_keys(home: Home, la_code: str) -> frozenset[str]:
    """The child keys of the people of an authority who were erased."""
    return frozenset(all_erased(home).get(la_code, ()))


def remember(home: Home, la_code: str, child_key: str) -> None:
    """Let landing drop the rows of a person from now on."""
    erased = all_erased(home)
    erased[la_code] = sorted({*erased.get(la_code, ()), child_key})
    write_atomically(home.keys / ERASED, json.dumps(erased, indent=2) + "\n")


def all_erased(home: Home) -> dict[str, list[str]]:
    """The child keys of all who were erased, by authority."""
    path = home.keys / ERASED
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def words(text: str) -> list[str]:
    """The values in a raw line, whatever it is delimited by."""
    return re.split(r"[,;|\"\s]+", text)


# --- Rows of a lake file --------------------------------------------------------------------------


def linked_ids(
    links: Iterable[Link], files: Mapping[str, Iterable[Path]], keys: Collection[str]
) -> LinkedIds:
    """Ids of people's own records that rows of other tables name; a source's `files` by table."""
    found: dict[tuple[str, str], set[str]] = {}
    for link in links:
        ids = found.setdefault((link.table, link.column), set())
        for path in files.get(link.owner_table, ()):
            if link.owner_column not in pq.read_schema(path).names:
                continue
            theirs = _own_rows(path, keys)
            if pc.any(theirs).as_py():
                column = _column(path, link.owner_column).filter(theirs)
                ids |= set(map_distinct(column, normalised_id).to_pylist()) - {None}
    return found


def rows_of(path: Path, table: str, keys: Collection[str], ids: LinkedIds) -> pa.BooleanArray:
    """Which rows of a lake file are the people's.

    A row is, where any of its persons is one of them; or it names nobody and belongs to a record
    of theirs.
    """
    theirs = _own_rows(path, keys)
    names = pq.read_schema(path).names
    for (linked_table, column), wanted in ids.items():
        if linked_table != table or column not in names or not wanted:
            continue
        named = _named_rows(path)
        values = map_distinct(_column(path, column), normalised_id).cast(pa.string())
        linked = pc.is_in(values, value_set=pa.array(sorted(wanted), pa.string()))
        theirs = pc.or_(theirs, pc.and_(linked, pc.invert(named)))
    return theirs


def write_without(path: Path, rows: pa.BooleanArray) -> None:
    """Write a lake file again without `rows`; of whenever it was."""
    written = path.stat()
    with written_aside(path) as aside, pq.ParquetFile(path) as source:
        schema = source.schema_arrow
        with pq.ParquetWriter(aside, schema, compression="zstd", store_schema=False) as writer:
            first = 0
            for number in range(source.num_row_groups):
                group = source.read_row_group(number)
                kept = pc.invert(rows.slice(first, group.num_rows))
                writer.write_table(group.filter(kept))
                first += group.num_rows
        os.utime(aside, ns=(written.st_atime_ns, written.st_mtime_ns))


def _own_rows(path: Path, keys: Collection[str]) -> pa.BooleanArray:
    """Rows with one of `keys` in any of their person keys."""
    wanted = pa.array(sorted(keys), pa.string())
    theirs = pa.array([False] * pq.read_metadata(path).num_rows, pa.bool_())
    for name in _key_columns(path):
        column = _column(path, name).cast(pa.string())
        theirs = pc.or_(theirs, pc.is_in(column, value_set=wanted))
    return theirs


def _named_rows(path: Path) -> pa.BooleanArray:
    """Rows that name a person."""
    named = pa.array([False] * pq.read_metadata(path).num_rows, pa.bool_())
    for name in _key_columns(path):
        named = pc.or_(named, _column(path, name).is_valid())
    return named


def _key_columns(path: Path) -> list[str]:
    return [name for name in pq.read_schema(path).names if re.fullmatch(KEY_COLUMN, name)]


def _column(path: Path, name: str) -> pa.Array:
    with pq.ParquetFile(path) as file:
        return file.read(columns=[name]).column(0).combine_chunks()


# --- The manifest ---------------------------------------------------------------------------------


def counted(
    manifest: LoadManifest,
    files: Mapping[str, Path],
    quarantined: Mapping[str, int] | None = None,
) -> LoadManifest:
    """The manifest of a load whose files lost rows: rows in = kept + quarantined + erased.

    `files` holds the file of each table, `quarantined` the rows put aside by file or sheet; where
    they are not given, the manifest's own counts stand.
    """
    kept: dict[tuple[str, str], int] = {}
    for name, path in files.items():
        for value in pc.value_counts(_column(path, "_source_file").cast(pa.string())).to_pylist():
            kept[name, value["values"]] = value["counts"]
    entries = []
    for entry in manifest.files:
        rows_kept, rows_quarantined = entry.rows_kept, entry.rows_quarantined
        if entry.table is not None and entry.table in files and entry.outcome == lake.FILE_KEPT:
            rows_kept = kept.get((entry.table, entry.name), 0)
        if quarantined is not None:
            rows_quarantined = quarantined.get(entry.name, 0)
        entries.append(
            replace(
                entry,
                rows_kept=rows_kept,
                rows_quarantined=rows_quarantined,
                rows_erased=entry.rows_in - rows_kept - rows_quarantined,
            )
        )
    tables = []
    for table in manifest.tables:
        of_table = [entry for entry in entries if entry.table == table.name and entry.rows_in]
        tables.append(
            replace(
                table,
                rows_kept=sum(entry.rows_kept for entry in of_table),
                rows_quarantined=sum(entry.rows_quarantined for entry in of_table),
                rows_erased=sum(entry.rows_erased for entry in of_table),
                bytes=files[table.name].stat().st_size if table.name in files else table.bytes,
            )
        )
    return replace(
        manifest,
        files=tuple(entries),
        tables=tuple(tables),
        rows_kept=sum(entry.rows_kept for entry in entries),
        rows_quarantined=sum(entry.rows_quarantined for entry in entries),
        rows_erased=sum(entry.rows_erased for entry in entries),
    )
