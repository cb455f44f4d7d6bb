"""SSDA903, the looked-after children return: CSV files of one collection year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from csc_warehouse.adapters.matching import table_by_headers
from csc_warehouse.adapters.tabular import Limits, Sheet, open_sheets
from csc_warehouse.declarations import SourceDeclaration, TableDeclaration

YEAR_END_MONTH = "03"


class Ssda903Adapter:
    """Tables are found by their columns alone: the file names of the return aren't standard."""

    source = "ssda903"

    def check_month(self, month: str) -> str | None:
        """A collection year runs from 1 April to 31 March and is landed as that March."""
        if month.endswith(f"-{YEAR_END_MONTH}"):
            return None
        return (
            f"an SSDA903 return describes a year that ends on 31 March, not {month}: "
            "put it in the folder of that March"
        )

    def open_sheets(self, path: Path, name: str, limits: Limits) -> Iterator[Sheet]:
        """The tables in a file."""
        return open_sheets(path, name, limits)

    def table_of(
        self, declared: SourceDeclaration, name: str, headers: Sequence[str]
    ) -> TableDeclaration | None:
        """The table that the columns fit best."""
        del name
        return table_by_headers(declared, headers)
