"""The indicators of a release as an Excel workbook: a cover, the latest values, every period."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

import duckdb
import xlsxwriter

from csc_warehouse.report.figures import Figures, day

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


def write(connection: duckdb.DuckDBPyConnection, figures: Figures, path: Path) -> None:
    """Write the workbook of `figures` and of the last three years of `rpt_indicator` to `path`."""
    with xlsxwriter.Workbook(path, {"default_date_format": "d mmm yyyy"}) as book:
        # The creation date is the data's, so that the same release makes the same bytes.
        book.set_properties(
            {
                "title": "Children's services indicators",
                "created": datetime.combine(figures.as_at_date, time()),
            }
        )
        bold = book.add_format({"bold": True})
        title = book.add_format({"bold": True, "font_size": 16})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        _cover(book, figures, title, wrapped)
        _latest(book, figures, bold, wrapped)
        _periods(book, connection, bold)


def _cover(
    book: xlsxwriter.Workbook,
    figures: Figures,
    title: xlsxwriter.format.Format,
    wrapped: xlsxwriter.format.Format,
) -> None:
    sheet = book.add_worksheet("Cover")
    sheet.set_column(0, 0, 100)
    sheet.write(0, 0, "Children's services indicators", title)
    lines = [
        f"As at {day(figures.as_at_date)}. Release {figures.release_id}.",
        "For officers: all figures are shown, small ones too. Not for publication.",
        "Authorities 991 to 999 are fictional and so is every child in them.",
        "Latest: one row per indicator and authority, with its headline period.",
        "Periods: every period of the last three years, as in the table indicators.rpt_indicator.",
        "lower_bound and upper_bound: the range left open by records with a data-quality failure.",
        "An empty value: nothing to divide by, or not available (the reason stands beside it).",
    ]
    for number, line in enumerate(lines, start=2):
        sheet.write(number, 0, line, wrapped)


def _latest(
    book: xlsxwriter.Workbook,
    figures: Figures,
    bold: xlsxwriter.format.Format,
    wrapped: xlsxwriter.format.Format,
) -> None:
    sheet = book.add_worksheet("Latest")
    header = [
        "Authority", "Code", "Indicator", "Period", "Value", "Unit", "Numerator", "Denominator",
        "Could be from", "Could be to", "Year before", "Not available because", "Definition",
    ]  # fmt: skip
    rows: list[list[object]] = [
        [
            authority.name,
            figure.code,
            figure.register["title"],
            figure.period,
            *(
                [
                    figure.latest.value,
                    figure.register["unit"],
                    figure.latest.numerator,
                    figure.latest.denominator,
                    figure.latest.lower_bound,
                    figure.latest.upper_bound,
                    figure.year_before.value if figure.year_before else None,
                ]
                if figure.latest
                else [None, figure.register["unit"], None, None, None, None, None]
            ),
            figure.unavailable_reason,
            figure.register["definition"],
        ]
        for authority in figures.authorities
        for subject in authority.subjects
        for figure in subject.figures
    ]
    _table(sheet, "latest_values", header, rows, bold)
    sheet.set_column(0, 0, 24)
    sheet.set_column(2, 2, 44)
    sheet.set_column(3, 3, 30)
    sheet.set_column(11, 12, 60, wrapped)


def _periods(
    book: xlsxwriter.Workbook,
    connection: duckdb.DuckDBPyConnection,
    bold: xlsxwriter.format.Format,
) -> None:
    sheet = book.add_worksheet("Periods")
    rows = connection.execute(
        f"""
        select {", ".join(_COLUMNS)}
        from indicators.rpt_indicator
        where breakdown = 'all' and period_end_date > as_at_date - interval 36 months
        order by la_code, indicator_code, period_type, period_end_date
        """
    ).fetchall()
    _table(sheet, "periods", list(_COLUMNS), [list(row) for row in rows], bold)
    sheet.set_column(0, len(_COLUMNS) - 1, 16)


def _table(
    sheet: xlsxwriter.worksheet.Worksheet,
    name: str,
    header: list[str],
    rows: list[list[object]],
    bold: xlsxwriter.format.Format,
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
            "columns": [{"header": column, "header_format": bold} for column in header],
        },
    )
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(number, column, value)
    sheet.freeze_panes(1, 0)
