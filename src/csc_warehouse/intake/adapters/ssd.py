"""Standard Safeguarding Dataset: one CSV or Parquet file per `ssd_*` table, or one workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from csc_warehouse.intake.adapters.matching import header_of, table_by_headers, table_named
from csc_warehouse.intake.adapters.tabular import Limits, Sheet, open_sheets
from csc_warehouse.lake.declarations import (
    SourceDeclaration,
    TableDeclaration,
    load_source,
    normalised_header,
)

# How the case systems' extract scripts name a column and write a date or nothing at all.
DIALECT_HEADERS = {
    "pers_single_unique_id": "systemc",
    "pers_upn": "systemc",
    "clar_cla_person_id": "systemc",
    "started_on": "mosaic",
    "cine_referral_source": "mosaic",
    "cin_referral_nfa": "mosaic",
}
DIALECT_DATES = {
    "systemc": r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}$",
    "mosaic": r"^\d{4}-\d{2}-\d{2} 00:00:00$",
}
ECLIPSE_NULL = b"\\N"
START_BYTES = 1 << 16


class SsdAdapter:
    """Tables are found by file or sheet name, `ssd_person_202209.csv`; else by their columns."""

    source = "ssd"

    def check_month(self, month: str) -> str | None:
        """A full snapshot is taken at the end of any month."""
        del month
        return None

    def open_sheets(self, path: Path, name: str, limits: Limits) -> Iterator[Sheet]:
        """The tables in a file."""
        return open_sheets(path, name, limits, header_of(load_source(self.source), limits))

    def table_of(
        self, declared: SourceDeclaration, name: str, headers: Sequence[str]
    ) -> TableDeclaration | None:
        """The table whose name is in `name`, unless its columns are those of another table."""
        by_headers = table_by_headers(declared, headers)
        by_name = table_named(declared, name)
        if by_name is not None and (by_headers is None or by_name.match_headers(headers)):
            return by_name
        return by_headers

    def particulars(self, path: Path, headers: Sequence[str], rows: pa.Table) -> dict[str, str]:
        """The case system whose script wrote the file, where its way of writing tells."""
        named = (DIALECT_HEADERS.get(normalised_header(header)) for header in headers)
        dialect = next((name for name in named if name), None) or _dialect_of(path, rows)
        return {"dialect": dialect} if dialect else {}


def _dialect_of(path: Path, rows: pa.Table) -> str | None:
    if path.suffix.lower() != ".csv":
        return None
    with path.open("rb") as file:
        if ECLIPSE_NULL in file.read(START_BYTES):
            return "eclipse"
    for dialect, pattern in DIALECT_DATES.items():
        if any(pc.any(pc.match_substring_regex(c, pattern)).as_py() for c in rows.columns):
            return dialect
    return None
