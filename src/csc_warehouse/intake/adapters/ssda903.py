"""SSDA903, the looked-after children return: CSV files, a workbook or XML of one collection year.

A table is found by its columns, whatever its file, sheet or element is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa

from csc_warehouse.intake.adapters.matching import header_of, table_by_headers
from csc_warehouse.intake.adapters.ssda903_xml import read_return
from csc_warehouse.intake.adapters.tabular import (
    Limits,
    Sheet,
    Unreadable,
    content_of,
    open_sheets,
    refuse_what_holds_nothing,
)
from csc_warehouse.lake.declarations import SourceDeclaration, TableDeclaration, load_source

SOURCE = "ssda903"
YEAR_END_MONTH = "03"
DATES_IN_YEAR = ("decom", "dec", "mis_start", "mis_end", "review", "sw_decom", "dolo_start")
WRITTEN_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})|(\d{4})-(\d{2})-(\d{2})")
NAMED_YEAR = re.compile(r"(?<!\d)(20\d\d)[-_/ .]?(?:20)?(\d\d)(?!\d)")
FIX_FOLDER = "Put it in the folder of the March in which its year ends, or correct its name."
NO_TABLE = "it is no table of the return: no column of it is known"


class Ssda903Adapter:
    """Tables are found by their columns alone: the names of the return's files aren't standard."""

    source = SOURCE

    def check_month(self, month: str) -> str | None:
        """A collection year runs from 1 April to 31 March and is landed as that March."""
        if month.endswith(f"-{YEAR_END_MONTH}"):
            return None
        return (
            f"an SSDA903 return describes a year that ends on 31 March, not {month}: "
            "put it in the folder of that March"
        )

    def open_sheets(self, path: Path, name: str, limits: Limits) -> Iterator[Sheet]:
        """The tables in a file, and what else a workbook holds.

        Raises `Unreadable`, also where the file names another collection year than its folder.
        """
        folder_year = _folder_year(path)
        _check_year(folder_year, _named_year(name), "its name")
        if path.suffix.lower() == ".xml":
            refuse_what_holds_nothing(path, content_of(path))
            content = read_return(path, name, limits)
            _check_year(folder_year, content.year, "its header")
            sheets: Iterable[Sheet] = content.sheets
        else:
            sheets = open_sheets(path, name, limits, header_of(load_source(SOURCE), limits))
        declared = load_source(SOURCE)
        for sheet in sheets:
            sheet.left_out = self._reason_left_out(declared, sheet)
            yield sheet

    def _reason_left_out(self, declared: SourceDeclaration, sheet: Sheet) -> str | None:
        """Why landing need not read a sheet, or say that it couldn't."""
        table = table_by_headers(declared, sheet.headers)
        if table is not None:
            return None
        is_sheet = "#" in sheet.label
        is_known = any(table.match_headers(sheet.headers) for table in declared.tables)
        return NO_TABLE if is_sheet and not is_known else None

    def table_of(
        self, declared: SourceDeclaration, name: str, headers: Sequence[str]
    ) -> TableDeclaration | None:
        """The table that the columns fit best."""
        del name
        return table_by_headers(declared, headers)

    def particulars(self, path: Path, headers: Sequence[str], rows: pa.Table) -> dict[str, str]:
        """The collection year of the latest day that a row may have: it ends on a 31 March."""
        del path, headers
        days = [
            found
            for name in DATES_IN_YEAR
            if name in rows.column_names
            for text in rows.column(name).unique().to_pylist()
            if text and (found := _day(text.strip()))
        ]
        if not days:
            return {}
        last = max(days)
        end_year = last.year + (last.month > int(YEAR_END_MONTH))
        return {"collection_year": collection_year(end_year)}


def collection_year(end_year: int) -> str:
    """The name of the year that ends in March of `end_year`: 2017-18."""
    return f"{end_year - 1}-{end_year % 100:02d}"


def _folder_year(path: Path) -> int | None:
    """The year in which the collection year of the landing folder ends."""
    if path.parent.name != SOURCE:
        return None
    found = re.fullmatch(rf"(\d{{4}})-{YEAR_END_MONTH}", path.parent.parent.name)
    return int(found[1]) if found else None


def _named_year(name: str) -> int | None:
    """The end of the collection year that a name holds (2017-18, 201718, 2017_2018).

    A year by itself may be that of the start, of the end or of the export: it says nothing.
    """
    for first, last in NAMED_YEAR.findall(name):
        if (int(first) + 1) % 100 == int(last):
            return int(first) + 1
    return None


def _check_year(folder_year: int | None, found: int | None, where: str) -> None:
    if folder_year and found and folder_year != found:
        raise Unreadable(
            f"{where} says the collection year {collection_year(found)}, its folder "
            f"{collection_year(folder_year)}",
            FIX_FOLDER,
        )


def _day(text: str) -> date | None:
    found = WRITTEN_DAY.match(text)
    if found is None:
        return None
    day, month, year = found.groups()[:3] if found[1] else found.groups()[:2:-1]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
