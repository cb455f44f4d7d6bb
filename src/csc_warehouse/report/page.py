"""The indicators of a release on one page of HTML: no script, no outside resource."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from csc_warehouse.report.figures import Figure, Figures, day

_WIDTH, _HEIGHT, _MARGIN = 132.0, 30.0, 3.0


def render(figures: Figures) -> str:
    """The page as HTML text."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters["day"] = day
    environment.filters["sparkline"] = sparkline
    source = (files("csc_warehouse.report") / "templates" / "index.html.j2").read_text("utf-8")
    return environment.from_string(source).render(figures=figures)


def sparkline(figure: Figure) -> Markup:
    """A line through the last 36 values with a dot on the newest; empty for fewer than three.

    It is decoration beside a table that says the same in figures, so hidden from screen readers.
    """
    values = [
        (number, point.value)
        for number, point in enumerate(figure.points)
        if point.value is not None
    ]
    if len(values) < 3:
        return Markup("")
    lowest, highest = min(value for _, value in values), max(value for _, value in values)
    spread = highest - lowest or 1.0
    steps = max(len(figure.points) - 1, 1)
    corners = [
        (
            _MARGIN + number * (_WIDTH - 2 * _MARGIN) / steps,
            _HEIGHT - _MARGIN - (value - lowest) / spread * (_HEIGHT - 2 * _MARGIN),
        )
        for number, value in values
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    x, y = corners[-1]
    return Markup(
        f'<svg class="sparkline" viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" aria-hidden="true" '
        f'focusable="false"><polyline points="{line}"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6"/></svg>'
    )
