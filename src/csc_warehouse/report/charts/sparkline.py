"""A line without scale: decoration beside a figure, hidden from screen readers."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from csc_warehouse.disclosure.cells import Cell
from csc_warehouse.report.drawing import drawn
from csc_warehouse.report.measures import Measure


def sparkline(measure: Measure) -> Markup:
    """The line of `measure` without scale."""
    return sparkline_of(measure.line)


def sparkline_of(cells: Sequence[Cell]) -> Markup:
    """A line without scale, decoration beside a figure: hidden from screen readers."""
    known = [(number, cell.value) for number, cell in enumerate(cells) if cell.value is not None]
    if len(known) < 3:
        return Markup("")
    low, high = min(value for _, value in known), max(value for _, value in known)
    spread, last = (high - low) or 1.0, max(len(cells) - 1, 1)
    corners = [
        (4 + 232 * number / last, 31 - (value - low) / spread * 26) for number, value in known
    ]
    x, y = corners[-1]
    return drawn(
        '<svg class="spark" viewBox="0 0 240 36" aria-hidden="true" focusable="false">'
        '<polyline class="line" points="{}"/><circle cx="{:.1f}" cy="{:.1f}" r="3.5"/></svg>',
        " ".join(f"{right:.1f},{down:.1f}" for right, down in corners),
        x,
        y,
    )
