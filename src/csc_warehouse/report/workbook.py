"""The officers' workbook: a cover, the latest values, every period of three years, unrounded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from functools import partial
from pathlib import Path

import duckdb
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from csc_warehouse.report.measures import View
from csc_warehouse.report.words import day, period
from csc_warehouse.sql import statement

_COLUMNS = (
    "la_code",
    "indicator_code",
    "indicator_name",
    "period_type",
    "period_start_date",
    "period_end_date",
    "numerator",
    "denominator",
    "value",
    "lower_bound",
    "upper_bound",
    "availability",
    "unavailable_reason",
)

#: How a value is displayed, by the register's unit; the cell holds it unrounded.
_DISPLAY = {"percent": '0.0"%"', "count": "#,##0"}
_OTHER_DISPLAY = "#,##0.0"

#: The day before a workbook's day 1, which is 31 December 1899 since one calls 1900 a leap year.
_FIRST_DAY = date(1899, 12, 30).toordinal()


class _Formats:
    """The formats of one workbook, made once each."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.bold = book.add_format({"bold": True})
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.count = book.add_format({"num_format": "#,##0"})
        self.day = book.add_format({"num_format": "d mmm yyyy"})
        self._displays = {
            display: book.add_format({"num_format": display})
            for display in (*_DISPLAY.values(), _OTHER_DISPLAY)
        }

    def of(self, unit: str) -> Format:
        return self._displays[_DISPLAY.get(unit, _OTHER_DISPLAY)]


def write(connection: duckdb.DuckDBPyConnection, view: View, path: Path) -> None:
    """Write the latest values of `view` and the last three years of `rpt_indicator` to `path`."""
    release = view.release
    with xlsxwriter.Workbook(path) as book:
        # The creation date is the data's, so that the same release makes the same bytes.
        book.set_properties(
            {
                "title": "Children's services indicators",
                "created": datetime.combine(release.as_at_date, time()),
            }
        )
        formats = _Formats(book)
        _cover(book.add_worksheet("Cover"), view, formats)
        _latest(book.add_worksheet("Latest"), view, formats)
        _periods(book.add_worksheet("Periods"), connection, view, formats)


def _cover(sheet: Worksheet, view: View, formats: _Formats) -> None:
    sheet.set_column(0, 0, 100)
    sheet.write(0, 0, "Children's services indicators", formats.title)
    lines = [
        f"As at {day(view.release.as_at_date)}. Release {view.release.release_id}.",
        "For officers: all figures are shown, small ones too. Not for publication.",
        "Authorities 991 to 999 are fictional and so is every child in them.",
        "Latest: one row per indicator and authority, with its headline period; two where it is a "
        "distribution, for its largest parts.",
        "Periods: every period of the last three years, as in the table indicators.rpt_indicator, "
        "but for the wholes of distributions, which are always 100%.",
        "Values are displayed rounded and held unrounded.",
        "lower_bound and upper_bound: the range left open by records with a data-quality failure.",
        "An empty value: nothing to divide by, or not available (the reason stands beside it).",
    ]
    for number, line in enumerate(lines, start=2):
        sheet.write(number, 0, line, formats.wrapped)


def _latest(sheet: Worksheet, view: View, formats: _Formats) -> None:
    header = [
        "Authority", "Code", "Indicator", "Period", "Value", "Unit", "Numerator", "Denominator",
        "Could be from", "Could be to", "Year before", "Not available because", "Definition",
    ]  # fmt: skip
    rows: list[list[object]] = []
    displays: list[list[Format | None]] = []
    for authority in view.release.authorities:
        for code, known in view.release.register.items():
            if not view.has(authority, code):
                continue
            measure = view.measure(authority, code)
            before, value = measure.before, formats.of(known["unit"])
            for title, cell in measure.newest:
                sure = cell.value if cell and not measure.is_distribution else None
                rows.append(
                    [
                        authority.name,
                        code,
                        title,
                        period(cell) if cell else None,
                        cell.value if cell else None,
                        known["unit"],
                        cell.numerator if cell else None,
                        cell.denominator if cell else None,
                        *(measure.bounds or (sure, sure)),
                        before.value if before else None,
                        measure.unavailable,
                        known["definition"],
                    ]
                )
                displays.append(
                    [*[None] * 4, value, None, *[formats.count] * 2, *[value] * 3, *[None] * 2]
                )
    _table(sheet, "latest_values", header, rows, displays, formats)
    sheet.set_column(0, 0, 24)
    sheet.set_column(2, 2, 44)
    sheet.set_column(3, 3, 30)
    sheet.set_column(11, 12, 60, formats.wrapped)


def _periods(
    sheet: Worksheet, connection: duckdb.DuckDBPyConnection, view: View, formats: _Formats
) -> None:
    rows = connection.execute(
        statement(__package__, "workbook_period", columns=_COLUMNS)
    ).fetchall()
    units = {code: row["unit"] for code, row in view.release.register.items()}
    displays = []
    for row in rows:
        value = formats.of(units.get(row[1], ""))
        displays.append([*[None] * 6, *[formats.count] * 2, *[value] * 3, *[None] * 2])
    _table(sheet, "periods", list(_COLUMNS), [list(row) for row in rows], displays, formats)
    sheet.set_column(0, len(_COLUMNS) - 1, 16)


def _table(
    sheet: Worksheet,
    name: str,
    header: list[str],
    rows: Sequence[list[object]],
    displays: Sequence[Sequence[Format | None]],
    formats: _Formats,
) -> None:
    """A real Excel table, so that a screen reader announces its header."""
    sheet.add_table(
        0,
        0,
        max(len(rows), 1),
        len(header) - 1,
        {
            "name": name,
            "style": "Table Style Light 1",
            "columns": [{"header": column, "header_format": formats.bold} for column in header],
        },
    )
    # By type: to look at each of 200,000 values for what it may be takes as long as to write it.
    writers = {
        str: sheet.write_string,
        int: sheet.write_number,
        float: sheet.write_number,
        date: partial(_write_day, sheet, formats),
    }
    for number, (row, display) in enumerate(zip(rows, displays, strict=True), start=1):
        for column, (value, shown) in enumerate(zip(row, display, strict=True)):
            if value is None:
                continue
            arguments = () if shown is None else (shown,)
            writers[type(value)](number, column, value, *arguments)
    sheet.freeze_panes(1, 0)


def _write_day(sheet: Worksheet, formats: _Formats, row: int, column: int, day: date) -> None:
    """As the number that a workbook holds for it: the library takes five times as long to find."""
    sheet.write_number(row, column, day.toordinal() - _FIRST_DAY, formats.day)
