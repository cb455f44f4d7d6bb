"""Ofsted Annex A: lists 1 to 11 in one workbook, or in one CSV file each.

A list is found by its headers, wherever they stand: sheet names differ, a title may lie above, and
covers and look-up sheets lie between. Where an export keeps the order of the workbook but names its
columns otherwise, its list is told by the number in its name, and its columns by their order.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from csc_warehouse.intake.adapters.matching import header_of, table_by_headers
from csc_warehouse.intake.adapters.tabular import (
    DAMAGED_WORKBOOK,
    WORKBOOK,
    Batch,
    Limits,
    Sheet,
    Unreadable,
    WorkbookSheet,
    check_workbook_size,
    content_of,
    header_row_of,
    is_old_workbook,
    null_tokens_removed,
    open_sheets,
)
from csc_warehouse.lake import declarations
from csc_warehouse.lake.declarations import SourceDeclaration, TableDeclaration
from csc_warehouse.lake.identity import map_distinct

SOURCE = "annex_a"
SAMPLE_ROWS = 200
"""Rows that are looked at before columns are taken by their order."""
MOST = 0.9
"""The share of a column's values that must look like what the column holds."""

ERRORS = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)", re.IGNORECASE)
SPACES = r"[\s\x{00A0}\x{2007}\x{202F}\x{200B}\x{FEFF}]+"
# Quotation marks that Word and Excel make of plain ones.
QUOTES = (("[\u2018\u2019\u201a\u2032]", "'"), ("[\u201c\u201d\u201e\u2033]", '"'))
SERIAL_DAY = re.compile(r"([1-9]\d{4})(\.\d+)?")
WRITTEN_DAY = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}([ T].*)?|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}( .*)?|[1-9]\d{4}(\.\d+)?"
)
# Day 0 of Excel's two calendars. The first believes that 1900 was a leap year, hence the 30th.
EPOCH_1900, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
# A formula that points to an empty cell shows day 0.
DAYS_OF_NOTHING = ("1899-12-30", "1899-12-31", "1900-01-00", "00:00:00", "00/01/1900", "0")
LIST_NUMBER = re.compile(r"(?:^|[^a-z])list[ _-]*0*([1-9]\d?)(?!\d)", re.IGNORECASE)
NO_LIST = "it is no list of Annex A"
HIDDEN = "the sheet is hidden, and its list stands on another one"
NOT_NEEDED = "no indicator needs this list: it is not stored"


class AnnexAAdapter:
    """Lists are found by their headers; by their number and order where those aren't known."""

    source = SOURCE

    def check_month(self, month: str) -> str | None:
        """The lists are taken at the end of any month."""
        del month
        return None

    def open_sheets(self, path: Path, name: str, limits: Limits) -> Iterator[Sheet]:
        """The lists in a file, and what else it holds."""
        declared = declarations.load_source(SOURCE)
        if content_of(path) == WORKBOOK:
            yield from _workbook_lists(path, name, limits, declared)
            return
        for sheet in open_sheets(path, name, limits, header_of(declared, limits)):
            yield ListSheet(sheet, declared, EPOCH_1900)

    def table_of(
        self, declared: SourceDeclaration, name: str, headers: Sequence[str]
    ) -> TableDeclaration | None:
        """The list that the headers fit best."""
        del name
        return table_by_headers(declared, headers)


class ListSheet:
    """A sheet or file whose values are made plain: no errors, odd spaces or day numbers.

    Its headers are those of the file, or the declared names where the columns are taken by order.
    """

    def __init__(
        self, sheet: Sheet, declared: SourceDeclaration, epoch: date, *, is_needed: bool = True
    ) -> None:
        self._sheet = sheet
        self._epoch = epoch
        self.label, self.title = sheet.label, sheet.title
        self.encoding, self.delimiter = sheet.encoding, sheet.delimiter
        self.headers = sheet.headers
        self.table = table_by_headers(declared, self.headers)
        if self.table is None:
            self.table = self._table_by_order(declared)
            if self.table is not None:
                self.headers = tuple(column.name for column in self.table.delivered)
        self.left_out = self._reason_left_out() if is_needed else HIDDEN

    def read(self, positions: Mapping[str, int]) -> Iterator[Batch]:
        """Batches as the file gives them, the values made plain."""
        dates = {
            column.name
            for column in (self.table.columns if self.table else ())
            if column.holds_date
        }
        for batch in self._sheet.read(positions):
            columns = {
                name: self._plain(batch.table.column(name), name in dates)
                for name in batch.table.column_names
            }
            self.encoding = self._sheet.encoding
            yield Batch(pa.table(columns), batch.row_numbers, batch.rejects)

    def _plain(self, values: pa.ChunkedArray, is_date: bool) -> pa.Array:
        texts = pc.replace_substring_regex(values.combine_chunks(), SPACES, " ")
        texts = pc.utf8_trim_whitespace(texts)
        for odd, plain in QUOTES:
            texts = pc.replace_substring_regex(texts, odd, plain)
        errors = pc.match_substring_regex(texts, f"^(?:{ERRORS.pattern})$", ignore_case=True)
        texts = null_tokens_removed(pc.if_else(errors, pa.scalar(None, pa.string()), texts))
        if is_date:
            texts = map_distinct(texts, lambda text: _day_text(text, self._epoch))
        return texts.cast(pa.string())

    def _table_by_order(self, declared: SourceDeclaration) -> TableDeclaration | None:
        """The list that the title names, if its columns hold what those of the list do."""
        named = LIST_NUMBER.search(self.title)
        if named is None:
            return None
        table = next(
            (item for item in declared.tables if item.name.startswith(f"list_{named[1]}_")), None
        )
        if table is None or len(table.delivered) != len(self.headers):
            return None
        sample = self._sample(len(self.headers))
        filled = [[cell for cell in column if cell] for column in sample]
        if not filled[0]:
            return None
        for column, cells in zip(table.delivered, filled, strict=True):
            days = sum(1 for cell in cells if WRITTEN_DAY.fullmatch(cell.strip()))
            if cells and (days / len(cells) >= MOST) is not column.holds_date:
                return None
        return table

    def _sample(self, width: int) -> list[list[str]]:
        """The first values of each column, empty ones included."""
        positions = {str(place): place for place in range(width)}
        try:
            batch = next(iter(self._sheet.read(positions)), None)
        except Unreadable:
            batch = None
        if batch is None:
            return [[] for _ in positions]
        rows = batch.table.slice(0, SAMPLE_ROWS)
        return [[cell or "" for cell in rows.column(name).to_pylist()] for name in positions]

    def _reason_left_out(self) -> str | None:
        """Why landing need not read it, or say that it couldn't."""
        if self.table is not None:
            kinds = {column.kind for column in self.table.delivered}
            return NOT_NEEDED if kinds == {declarations.DROP} else None
        is_sheet = "#" in self.label
        looks_like_a_list = LIST_NUMBER.search(self.title) or any(
            re.search(r"\bchild\b.*\bid", re.sub(r"[\W_]+", " ", header.lower()))
            for header in self.headers
        )
        return NO_LIST if is_sheet and not looks_like_a_list else None


def _day_text(text: str, epoch: date) -> str | None:
    """A day as text: a bare day number in the workbook's calendar becomes an ISO date."""
    if text.removesuffix(" 00:00:00") in DAYS_OF_NOTHING:
        return None
    serial = SERIAL_DAY.fullmatch(text)
    return (epoch + timedelta(days=int(serial[1]))).isoformat() if serial else text


# --- Workbooks ------------------------------------------------------------------------------------


def _workbook_lists(
    path: Path, name: str, limits: Limits, declared: SourceDeclaration
) -> Iterator[Sheet]:
    """Every sheet with a value; a hidden one is left out where its list is on a visible one."""
    check_workbook_size(path, limits)
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        epoch = _epoch(path)
        workbook = CalamineWorkbook.from_path(str(path))
        sheets = [
            (
                _list_on(workbook.get_sheet_by_name(details.name), name, limits, declared),
                details.visible == SheetVisibleEnum.Visible,
            )
            for details in workbook.sheets_metadata
            if details.typ == SheetTypeEnum.WorkSheet
        ]
    except (CalamineError, OSError, ValueError, KeyError):
        raise Unreadable(*DAMAGED_WORKBOOK) from None
    visible = {
        table.name
        for sheet, is_visible in sheets
        if is_visible and (table := table_by_headers(declared, sheet.headers))
    }
    for sheet, is_visible in sheets:
        if sheet.headers:
            table = table_by_headers(declared, sheet.headers)
            is_copy = not is_visible and table is not None and table.name in visible
            yield ListSheet(sheet, declared, epoch, is_needed=not is_copy)


def _list_on(sheet: Any, file: str, limits: Limits, declared: SourceDeclaration) -> WorkbookSheet:
    """A sheet with its header row found; merged cells below it all hold what they show."""
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    header_row = header_row_of(rows, header_of(declared, limits))
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top > (header_row or 0):
            for row in rows[top : bottom + 1]:
                row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
    return WorkbookSheet(file, sheet.name, rows, limits, header_row)


def _epoch(path: Path) -> date:
    """Day 0 of the workbook's calendar: 1904 where it says so, as Excel for Mac did."""
    if is_old_workbook(path):
        return EPOCH_1900
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.lower() == "xl/workbook.xml"]
        text = archive.read(names[0]) if names else b""
    return EPOCH_1904 if re.search(rb'date1904\s*=\s*"(1|true)"', text) else EPOCH_1900
