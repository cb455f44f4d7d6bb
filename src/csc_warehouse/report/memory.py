"""What the public ever saw: carried from each release to the next, whatever ran in between.

A reader may have kept any report, of any authority, also one that was corrected or withdrawn since.
So each release has a file of all figures that were public up to it, of every authority: what was
printed of each, and what it was in full, once for each time that it changed. It holds counts, as
`analyst.duckdb` does, and is for nobody but disclosure control.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from csc_warehouse.disclosure import Cell
from csc_warehouse.disclosure.cells import Key
from csc_warehouse.files import written_aside
from csc_warehouse.report import public, reading
from csc_warehouse.sql import statement

#: Under the folder of a release.
MEMORY = Path("public_memory.parquet")

_SCHEMA = pa.schema(
    [(name, pa.date32() if name.endswith("_date") else pa.string()) for name in reading.KEY]
    + [("aggregation", pa.string())]
    + [(name, pa.float64()) for name in ("numerator", "denominator", "value")]
    + [(f"shown_{name}", pa.float64()) for name in ("numerator", "denominator", "value")]
    + [("symbol", pa.string()), ("release_number", pa.int64())]
)

#: What the public saw of a release, and the same in full.
Seen = tuple[list[Cell], list[Cell]]


class Memory:
    """All that was public in the releases in `folders`, in the order in which they came out.

    A folder may hold the memory alone, of releases that are gone.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._files = [folder / MEMORY for folder in folders if (folder / MEMORY).is_file()]
        self._rows: list[tuple[object, ...]] = []
        # A release of before there was a memory: its figures are read from itself.
        for number, folder in enumerate(folders):
            if not (folder / MEMORY).is_file():
                seen = public.read(folder / public.FIGURES)
                with duckdb.connect(str(folder / "analyst.duckdb"), read_only=True) as connection:
                    self._add(seen, reading.in_full(connection, seen), number)

    def seen(self, la_codes: Collection[str]) -> list[Seen]:
        """What the public saw of those authorities: the newest of each figure, at the end.

        Before it, oldest first, what had stood there until it changed. A figure that a release did
        not have, or that was the same, stands in it as in the next that had it.
        """
        standing: dict[Key, tuple[Cell, Cell]] = {}
        found: list[Seen] = []
        rows = [row for row in self._everything().to_pylist() if row["la_code"] in la_codes]
        rows.sort(key=lambda row: -row["release_number"])
        for _, together in groupby(rows, key=lambda row: row["release_number"]):
            versions = {full.key: (shown, full) for shown, full in map(_cells, together)}
            if not standing.keys().isdisjoint(versions):
                found.append(_apart(standing))
            standing |= versions
        return [_apart(standing), *reversed(found)] if standing else []

    def write(self, seen: Sequence[Cell], full: Sequence[Cell], path: Path) -> None:
        """Write what was public up to now, with the figures of this release, to `path`."""
        newest = pc.max(self._everything()["release_number"]).as_py()
        self._add(seen, full, 0 if newest is None else newest + 1)
        pq.write_table(self._everything(), path, compression="zstd")

    def keep(self, path: Path) -> None:
        """Write what is remembered to `path`, where it is not there already."""
        everything = self._everything()
        if not path.is_file() or not pq.read_table(path).equals(everything):
            with written_aside(path) as aside:
                pq.write_table(everything, aside, compression="zstd")

    def _everything(self) -> pa.Table:
        columns = zip(self._columns(), _SCHEMA, strict=True)
        shown = pa.Table.from_arrays(
            [pa.array(column, field.type) for column, field in columns], schema=_SCHEMA
        )
        key = ", ".join(reading.KEY)
        everything = statement(__package__, "remember_public", key=key, memories=self._files)
        with duckdb.connect() as connection:
            connection.register("shown", shown)
            return connection.sql(everything).to_arrow_table()

    def _columns(self) -> list[tuple[object, ...]]:
        return [*zip(*self._rows, strict=True)] or [() for _ in _SCHEMA]

    def _add(self, seen: Sequence[Cell], full: Sequence[Cell], number: int) -> None:
        in_full = {cell.key: cell for cell in full}
        for cell in seen:
            was = in_full.get(cell.key, cell)
            self._rows.append(
                (
                    *(*cell.key, cell.aggregation, was.numerator, was.denominator, was.value),
                    *(cell.numerator, cell.denominator, cell.value, cell.symbol, number),
                )
            )


def _cells(row: Mapping[str, Any]) -> tuple[Cell, Cell]:
    """A figure as the public saw it, and in full."""
    numbers = ("numerator", "denominator", "value")
    named = {name: row[name] for name in (*reading.KEY, "aggregation")}
    return (
        Cell(**named, **{name: row[f"shown_{name}"] for name in numbers}, symbol=row["symbol"]),
        Cell(**named, **{name: row[name] for name in numbers}),
    )


def _apart(standing: Mapping[Key, tuple[Cell, Cell]]) -> Seen:
    shown, full = zip(*(standing[key] for key in sorted(standing)), strict=True)
    return [*shown], [*full]
