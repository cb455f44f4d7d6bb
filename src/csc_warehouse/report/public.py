"""What the public may see: the cells of a release after disclosure control, once and for all forms.

HTML, SVG text, alternative text, tooltips, PDF, workbook and CSV are made of what `protect`
returns and of nothing else, so that no form can say what another hides. All figures that were ever
public are part of the question (`memory`): two releases together must not say more than each.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from csc_warehouse import disclosure
from csc_warehouse.disclosure.cells import EXTREMES, Cell
from csc_warehouse.report.figures import Release

#: The public figures of a release, under its folder.
FIGURES = Path("report") / "members" / "figures.csv"

HEADER = (
    "la_code",
    "indicator_code",
    "title",
    "period_type",
    "period_start_date",
    "period_end_date",
    "breakdown",
    "breakdown_value",
    "unit",
    "aggregation",
    "numerator",
    "denominator",
    "value",
    "symbol",
)


def protected(
    release: Release,
    seen: Sequence[tuple[Sequence[Cell], Sequence[Cell]]],
    now: Sequence[Cell],
    by_others: Sequence[Cell] = (),
) -> list[Cell]:
    """The public cells of `release`, with a symbol in the place of what is hidden.

    `seen`: what the public saw before (`Memory.seen`); `now`: the same in full, as it is now
    (`reading.in_full`). `by_others`: what others publish (`reading.published_by_others`), which is
    taken for seen before all that. Extremes are of one child and are never among them.
    """
    cells = [cell for cell in release.cells if cell.aggregation not in EXTREMES]
    *earlier, (previous, was) = seen or [([], [])]
    return disclosure.protect(
        cells,
        previous,
        was=was,
        now=[*now, *by_others],
        earlier=[(by_others, by_others), *earlier],
        settings=release.thresholds,
    )


def write(release: Release, cells: Iterable[Cell], path: Path) -> None:
    """Write the public cells as CSV, one row each."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for cell in cells:
            known = release.register[cell.indicator_code]
            writer.writerow(
                [
                    cell.la_code,
                    cell.indicator_code,
                    known["title"],
                    cell.period_type,
                    cell.period_start_date,
                    cell.period_end_date,
                    cell.breakdown,
                    cell.breakdown_value,
                    known["unit"],
                    cell.aggregation,
                    _text(cell.numerator),
                    _text(cell.denominator),
                    _text(cell.value),
                    cell.symbol,
                ]
            )


def read(path: Path) -> list[Cell]:
    """The public cells that an earlier release wrote to `path`; none where there is no file."""
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8-sig") as file:
        return [
            Cell(
                la_code=row["la_code"],
                indicator_code=row["indicator_code"],
                period_type=row["period_type"],
                period_start_date=date.fromisoformat(row["period_start_date"]),
                period_end_date=date.fromisoformat(row["period_end_date"]),
                breakdown=row["breakdown"],
                breakdown_value=row["breakdown_value"],
                aggregation=row["aggregation"],
                numerator=_number(row["numerator"]),
                denominator=_number(row["denominator"]),
                value=_number(row["value"]),
                symbol=row["symbol"] or None,
            )
            for row in csv.DictReader(file)
        ]


def _text(value: float | None) -> str:
    """Whole numbers without a point, others so that they can be read back exactly."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _number(text: str) -> float | None:
    return float(text) if text else None
