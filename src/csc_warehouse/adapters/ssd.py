"""Standard Safeguarding Dataset: one CSV or Parquet file per `ssd_*` table, or one workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from csc_warehouse.adapters.matching import table_by_headers
from csc_warehouse.adapters.tabular import Limits, Sheet, open_sheets
from csc_warehouse.declarations import SourceDeclaration, TableDeclaration


class SsdAdapter:
    """Tables are found by file or sheet name, `ssd_person_202209.csv`; else by their columns."""

    source = "ssd"

    def check_month(self, month: str) -> str | None:
        """A full snapshot is taken at the end of any month."""
        del month
        return None

    def open_sheets(self, path: Path, name: str, limits: Limits) -> Iterator[Sheet]:
        """The tables in a file."""
        return open_sheets(path, name, limits)

    def table_of(
        self, declared: SourceDeclaration, name: str, headers: Sequence[str]
    ) -> TableDeclaration | None:
        """The table whose name is in `name`, unless its columns are those of another table."""
        by_headers = table_by_headers(declared, headers)
        by_name = table_named(declared, name)
        if by_name is not None and (by_headers is None or by_name.match_headers(headers)):
            return by_name
        return by_headers


def table_named(declared: SourceDeclaration, name: str) -> TableDeclaration | None:
    """The declared table whose name stands in a file name, the longest one first."""
    words = re.sub(r"[^a-z0-9]+", "_", name.lower())
    for table in sorted(declared.tables, key=lambda table: -len(table.name)):
        if re.search(rf"(^|_){re.escape(table.name)}(_|$)", words):
            return table
    return None
