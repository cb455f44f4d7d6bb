"""What an adapter read, made plain: blanks off the values, and rows that are no record put aside.

No record are rows in which nothing is left, the header again among the data, and lines of totals.
Each goes to quarantine with its reason, so that rows in = kept + quarantined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from csc_warehouse.intake.adapters.tabular import FIX_EMPTY, Batch, Reject
from csc_warehouse.lake.declarations import TableDeclaration

#: Blanks of every kind: tab, line ends, no-break, thin and zero-width spaces, the byte order mark.
BLANKS = " \t\r\n\v\f\u00a0\u2007\u2009\u200b\u202f\u2060\ufeff"
TOTAL = (
    r"^(?i:\W*(?:(?:grand|sub|overall)[ -]?)?totals?"
    r"(?: (?:rows|records|count|children|cases))?[\W\d]*"
    r"|\W*(?:count|sum|(?:row|record) ?count)[ :=]*[\d,]*"
    r"|\W*\d[\d,]* (?:rows?|records?)(?: \w+)?\W*"
    r"|\W*end of (?:report|file|extract)\W*)$"
)

BLANK_ROW = "the row holds no value that is kept"
HEADER_AGAIN = "it is the header row again, among the data"
FIX_HEADER_AGAIN = "Nothing to correct; several exports were put one behind the other."
TOTALS_ROW = "it is a line of totals or of a report's end, not a record"
FIX_TOTALS = "Nothing to correct; export the table without totals."


def sound(
    batch: Batch, table: TableDeclaration, headers: Sequence[str], positions: Mapping[str, int]
) -> Batch:
    """The batch with plain values, without the rows that are no record: those are rejects."""
    plain = pa.table(
        {name: _trimmed(batch.table.column(name)) for name in batch.table.column_names}
    )
    if not plain.num_rows:
        return batch
    reasons = (
        (_blank(plain, table), BLANK_ROW, FIX_EMPTY),
        (_header_again(plain, headers, positions), HEADER_AGAIN, FIX_HEADER_AGAIN),
        (_totals(plain, table, positions), TOTALS_ROW, FIX_TOTALS),
    )
    kept = np.ones(plain.num_rows, dtype=bool)
    rejects = list(batch.rejects)
    for found, reason, what_to_do in reasons:
        for place in np.flatnonzero(found & kept):
            cells = (column[int(place)].as_py() or "" for column in batch.table.columns)
            raw = "" if reason == BLANK_ROW else "\t".join(cells)
            rejects.append(Reject(int(batch.row_numbers[place]), reason, what_to_do, raw))
        kept &= ~found
    if kept.all():
        return Batch(plain, batch.row_numbers, batch.rejects)
    rejects.sort(key=lambda reject: reject.row_number)
    return Batch(plain.filter(pa.array(kept)), batch.row_numbers[kept], tuple(rejects))


def _trimmed(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """The texts without blanks at their ends; null where nothing else was there."""
    texts = pc.utf8_trim(values.cast(pa.string()), characters=BLANKS)
    empty = pc.equal(texts, "")
    if not pc.any(empty).as_py():
        return texts
    return pc.if_else(empty, pa.scalar(None, pa.string()), texts)


def _blank(rows: pa.Table, table: TableDeclaration) -> npt.NDArray[np.bool_]:
    filled = np.zeros(rows.num_rows, dtype=bool)
    stored = [column.name for column in table.stored if column.name in rows.column_names]
    for column in rows.select(stored).columns:
        if column.null_count == 0:
            return ~np.ones(rows.num_rows, dtype=bool)
        filled |= column.is_valid().to_numpy()
    return ~filled


def _header_again(
    rows: pa.Table, headers: Sequence[str], positions: Mapping[str, int]
) -> npt.NDArray[np.bool_]:
    """Rows whose every filled cell is its own header; at least two of them, unless there is one."""
    same = np.zeros(rows.num_rows, dtype=np.int32)
    other = np.zeros(rows.num_rows, dtype=bool)
    for name, position in positions.items():
        header = headers[position].strip(BLANKS).casefold()
        found = pc.equal(pc.utf8_lower(rows.column(name)), header).fill_null(False).to_numpy()
        filled = rows.column(name).is_valid().to_numpy()
        same += found
        other |= filled & ~found
        if other.all():
            break
    return ~other & (same >= min(2, len(positions)))


def _totals(
    rows: pa.Table, table: TableDeclaration, positions: Mapping[str, int]
) -> npt.NDArray[np.bool_]:
    """Rows whose first cell, or the cell of a person, says that they are a sum of others."""
    found = np.zeros(rows.num_rows, dtype=bool)
    first = min(positions, key=lambda name: positions[name])
    for name in {first, *(column for column in table.person_columns if column in positions)}:
        said = pc.match_substring_regex(rows.column(name), TOTAL).fill_null(False)
        found |= said.to_numpy()
    return found
