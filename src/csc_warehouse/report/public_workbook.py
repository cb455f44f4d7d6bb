"""The public figures as a workbook in the form of the Government Analysis Function.

A cover, contents and notes, then one table a sheet, each a real Excel table with its title above
it: what a screen reader and a script can both read. Values are shown as everywhere else; a symbol
stands where one is hidden.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from csc_warehouse.disclosure.cells import Cell
from csc_warehouse.report import words
from csc_warehouse.report.figures import Topic
from csc_warehouse.report.measures import Measure, View

if TYPE_CHECKING:
    import pandas as pd

_HEADLINES = "Headlines"

#: A row of a sheet, by the names of its columns.
Row = dict[str, object]


def write(view: View, path: Path) -> None:
    """Write the workbook of the public `view` to `path`."""
    # A second to import: only for those who write a workbook.
    from gptables import Cover, GPTable, produce_workbook

    release = view.release
    sheets = {_HEADLINES: _table(GPTable, "headlines", "The newest value of each measure",
                                 _headlines(view))}  # fmt: skip
    for topic in release.topics:
        rows = _periods(view, topic)
        if rows:
            sheets[_label(topic)] = _table(
                GPTable, f"{topic.topic}_figures", f"{topic.title}: every period shown", rows
            )
    cover = Cover(
        title="Children’s social care: public figures",
        intro=[
            f"As at {words.day(release.as_at_date)}. Release {release.release_id}.",
            "Authorities: " + ", ".join(authority.name for authority in release.authorities) + ".",
        ],
        about=[
            "One list of public figures, after disclosure control, feeds this workbook, the pages, "
            "the PDF and the CSV.",
            "Symbols: "
            + "; ".join(f"{symbol}: {meaning}" for symbol, meaning in words.SYMBOLS.items())
            + ".",
            "Authorities 991 to 999 are fictional and so is every child in them.",
        ],
        contact=["The owner of each measure stands in the notes."],
    )
    with warnings.catch_warnings():
        # gptables warns of units and of notes that no cell refers to; neither is a fault here.
        warnings.simplefilter("ignore")
        book = produce_workbook(
            str(path),
            sheets,
            cover=cover,
            notes_table=_frame(_notes(view)),
            workbook_options={"strings_to_numbers": False},
        )
        # The creation date is the data's, so that the same release makes the same bytes.
        book.set_properties(
            {
                "title": "Children’s social care: public figures",
                "created": datetime.combine(release.as_at_date, time()),
            }
        )
        book.close()


def _table(maker: type, name: str, title: str, rows: list[Row]) -> object:
    return maker(
        table=_frame(rows),
        table_name=name,
        title=title,
        subtitles=["Definitions, owners and what each figure does not tell stand in the notes."],
        instructions="This sheet holds one table. Some cells hold a symbol in place of a number.",
        index_columns={},
    )


def _frame(rows: list[Row]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows)


def _label(topic: Topic) -> str:
    """A sheet's name: Excel takes 31 characters."""
    return topic.title[:31]


def _shown(measure: Measure, cell: Cell | None) -> object:
    """A number as displayed, or the symbol in its place."""
    if cell is None:
        return ""
    text = words.shown(measure, cell, with_unit=False).replace(",", "").replace("−", "-")
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() and "." not in text else number


def _part(cell: Cell, value: float | None) -> object:
    if value is None:
        return cell.symbol or ""
    return int(value) if float(value).is_integer() else value


def _headlines(view: View) -> list[Row]:
    rows: list[Row] = []
    for authority in view.release.authorities:
        for topic in view.release.topics:
            for measure in view.topic(authority, topic):
                rows += [
                    {
                        "Authority": authority.name,
                        "Topic": topic.title,
                        "Code": measure.code,
                        "Measure": title,
                        "Window": words.period(cell) if cell else "",
                        "Unit": measure.register["unit"],
                        "Value": _shown(measure, cell) if cell else "x",
                        "Numerator": _part(cell, cell.numerator) if cell else "x",
                        "Denominator": _denominator(cell),
                        "Year before": _shown(measure, measure.before),
                        "Line": words.changed(measure),
                    }
                    for title, cell in measure.newest
                ]
    return rows


def _denominator(cell: Cell | None) -> object:
    """A count has none: z, as there is nothing that it is out of."""
    if cell is None:
        return "x"
    if cell.denominator is None:
        return "z" if cell.is_count else (cell.symbol or "")
    return _part(cell, cell.denominator)


def _periods(view: View, topic: Topic) -> list[Row]:
    rows: list[Row] = []
    by_code: dict[tuple[str, str], list[Cell]] = {}
    for cell in view.cells:
        by_code.setdefault((cell.la_code, cell.indicator_code), []).append(cell)
    for authority in view.release.authorities:
        for measure in view.topic(authority, topic):
            rows += _of_measure(measure, by_code.get((authority.la_code, measure.code), ()))
    return rows


def _of_measure(measure: Measure, cells: Sequence[Cell]) -> list[Row]:
    return [
        {
            "Authority": measure.authority.name,
            "Code": measure.code,
            "Measure": measure.title,
            "Period": words.period(cell),
            "First day": cell.period_start_date.isoformat(),
            "Last day": cell.period_end_date.isoformat(),
            "Breakdown": cell.breakdown.replace("_", " "),
            "Group": cell.breakdown_value,
            "Value": _shown(measure, cell),
            "Numerator": _part(cell, cell.numerator),
            "Denominator": _denominator(cell),
        }
        for cell in cells
    ]


def _notes(view: View) -> list[Row]:
    """One note a measure: its definition, what it leaves out, what it does not tell, its owner."""
    rows: list[Row] = []
    codes = {cell.indicator_code for cell in view.cells}
    for code, known in view.release.register.items():
        if code not in codes:
            continue
        text = [f"{code}, {known['title']}. {known['definition']}"]
        for title, column in (("Left out", "exclusions"), ("What it does not tell", "caveat")):
            if known[column]:
                text.append(f"{title}: {known[column]}.".replace("..", "."))
        text.append(f"Source: {known['source_of_definition']}. Owner: {known['owner']}.")
        rows.append({"Note reference": f"note {len(rows) + 1}", "Note text": " ".join(text)})
    return rows
