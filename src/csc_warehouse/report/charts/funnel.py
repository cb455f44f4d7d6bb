"""Several authorities beside each other: shares against how many records stand behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt

from markupsafe import Markup, escape

from csc_warehouse.report import words
from csc_warehouse.report.charts.frame import NARROW, WIDE, Frame, Scale, nice_ticks
from csc_warehouse.report.control_chart import FUNNEL_QUANTILES, overdispersion, proportion_limits
from csc_warehouse.report.drawing import drawn
from csc_warehouse.report.measures import Measure

#: What a letter of a label needs in width at most, and a label in height.
_LETTER_WIDTH = 6.6
_LABEL_HEIGHT = 14


def funnel(measures: Sequence[Measure], description: str) -> Markup:
    """Shares of several authorities against how many records stand behind them, wide and narrow.

    Limits of 95% and 99.8% around the share of all together: a small authority may lie further
    off by chance. They are further apart where the authorities differ by more than chance. Empty
    for fewer than three that show numerator and denominator.
    """
    shown = [
        (measure.authority.name.removeprefix("Fictional "), cell.numerator, cell.denominator)
        for measure in measures
        if (cell := measure.headline) is not None
        and cell.numerator is not None
        and cell.denominator
    ]
    if len(shown) < 3:
        return Markup("")
    return Markup("").join(_drawn(shown, description, frame) for frame in (WIDE, NARROW))


def _drawn(shown: Sequence[tuple[str, float, float]], description: str, frame: Frame) -> Markup:
    """The chart of authorities, each with its name, numerator and denominator."""
    together = sum(top for _, top, _ in shown) / sum(bottom for _, _, bottom in shown)
    widest = max(bottom for _, _, bottom in shown) * 1.1
    sizes = [widest * number / 40 for number in range(2, 41)]
    shares = [100 * top / bottom for _, top, bottom in shown]
    spread = sqrt(overdispersion(_scores(shown, together)))
    quantiles = [spread * quantile for quantile in FUNNEL_QUANTILES]
    reach = [100 * limit for limit in proportion_limits(together, sizes[2], quantiles[1])]
    ticks = nice_ticks(min(*shares, reach[0]), max(*shares, reach[1]))
    scale = Scale(max(ticks[0], 0.0), min(ticks[-1], 100.0), frame)

    def across(size: float) -> float:
        return frame.left + frame.plot_width * size / widest

    parts = [*_axes(scale, nice_ticks(0, widest), across, frame)]
    for sigmas, kind in zip(quantiles, ("inner", "outer"), strict=True):
        for side in (0, 1):
            corners = " ".join(
                f"{across(size):.1f},{scale(limit):.1f}"
                for size in sizes
                if scale.low
                <= (limit := 100 * proportion_limits(together, size, sigmas)[side])
                <= scale.high
            )
            parts.append(drawn('<polyline class="funnel {}" points="{}"/>', kind, corners))
    edge, level = frame.width - frame.right, scale(100 * together)
    average = words.decimal(100 * together, 1)
    parts.append(
        drawn(
            '<line class="mean" x1="{:g}" x2="{:g}" y1="{y:.1f}" y2="{y:.1f}"/>'
            '<text class="label mean-label" x="{:g}" y="{text:.1f}">Average '
            '<tspan class="figure">{}%</tspan></text>',
            frame.left,
            edge,
            edge + 6,
            average,
            y=level,
            text=level + 4,
        )
    )
    points = [(name, across(bottom), scale(share))
              for (name, _, bottom), share in zip(shown, shares, strict=True)]  # fmt: skip
    parts += [
        drawn('<circle class="place" cx="{:.1f}" cy="{:.1f}" r="5"/>', x, y) for _, x, y in points
    ]
    parts += _names(points, frame, [(edge, frame.width, level)])
    return drawn(
        '<svg class="chart {}" viewBox="0 0 {:g} {:g}" role="img" aria-label="{}" '
        'focusable="false">{}</svg>',
        frame.name,
        frame.width,
        frame.height,
        escape(description),
        Markup("").join(parts),
    )


def _scores(shown: Sequence[tuple[str, float, float]], together: float) -> list[float]:
    """How many sigmas of chance each share lies off that of all together."""
    variance = together * (1 - together)
    return [
        (top / bottom - together) * sqrt(bottom / variance) if variance else 0.0
        for _, top, bottom in shown
    ]


def _names(
    points: Sequence[tuple[str, float, float]],
    frame: Frame,
    others: Sequence[tuple[float, float, float]],
) -> list[Markup]:
    """Beside each point its name: inside the frame, and below what it would cover.

    That is another point, a name or one of the `others`: where it starts and ends, and its height.
    """
    parts = []
    taken = [*others, *((x - 5, x + 5, y) for _, x, y in points)]
    for name, x, y in sorted(points, key=lambda point: point[2]):
        width = _LETTER_WIDTH * len(name)
        is_right = x + 9 + width <= frame.width
        start = x + 9 if is_right else x - 9 - width
        while any(
            abs(y - other) < _LABEL_HEIGHT and start < last and first < start + width
            for first, last, other in taken
        ):
            y += _LABEL_HEIGHT
        taken.append((start, start + width, y))
        parts.append(
            drawn(
                '<text class="label name" x="{:.1f}" y="{:.1f}"{}>{}</text>',
                x + 9 if is_right else x - 9,
                y + 4,
                "" if is_right else Markup(' text-anchor="end"'),
                name,
            )
        )
    return parts


def _axes(
    scale: Scale, sizes: Sequence[float], across: Callable[[float], float], frame: Frame
) -> list[Markup]:
    parts = [
        drawn(
            '<line class="grid" x1="{:g}" x2="{:g}" y1="{:.1f}" y2="{:.1f}"/>'
            '<text class="tick" x="{:g}" y="{:.1f}" text-anchor="end">{}%</text>',
            frame.left,
            frame.width - frame.right,
            scale(tick),
            scale(tick),
            frame.left - 7,
            scale(tick) + 4,
            words.decimal(tick, 0),
        )
        for tick in nice_ticks(scale.low, scale.high)
        if tick <= scale.high
    ]
    parts += [
        drawn(
            '<text class="tick" x="{:.1f}" y="{:g}" text-anchor="middle">{}</text>',
            across(size),
            frame.height - 12,
            words.decimal(size, 0),
        )
        for size in sizes
        if across(size) <= frame.width - frame.right
    ]
    return parts
