"""Several authorities beside each other: shares against how many records stand behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup, escape

from csc_warehouse.report import words
from csc_warehouse.report.charts.frame import WIDE, Frame, Scale, nice_ticks
from csc_warehouse.report.control_chart import FUNNEL_QUANTILES, proportion_limits
from csc_warehouse.report.measures import Measure


def funnel(measures: Sequence[Measure], description: str) -> Markup:
    """Shares of several authorities against how many records stand behind them.

    Limits of 95% and 99.8% around the share of all together: a small authority may lie further
    off by chance. Empty for fewer than three that show numerator and denominator.
    """
    shown = [
        (measure, cell.numerator, cell.denominator)
        for measure in measures
        if (cell := measure.headline) is not None
        and cell.numerator is not None
        and cell.denominator
    ]
    if len(shown) < 3:
        return Markup("")
    frame = WIDE
    together = sum(top for _, top, _ in shown) / sum(bottom for _, _, bottom in shown)
    widest = max(bottom for _, _, bottom in shown) * 1.1
    sizes = [widest * number / 40 for number in range(2, 41)]
    shares = [100 * top / bottom for _, top, bottom in shown]
    reach = [100 * limit for limit in proportion_limits(together, sizes[2], FUNNEL_QUANTILES[1])]
    ticks = nice_ticks(min(*shares, reach[0]), max(*shares, reach[1]))
    scale = Scale(max(ticks[0], 0.0), min(ticks[-1], 100.0), frame)

    def across(size: float) -> float:
        return frame.left + frame.plot_width * size / widest

    parts = [*_axes(scale, nice_ticks(0, widest), across, frame)]
    for sigmas, kind in zip(FUNNEL_QUANTILES, ("inner", "outer"), strict=True):
        for side in (0, 1):
            corners = " ".join(
                f"{across(size):.1f},{scale(limit):.1f}"
                for size in sizes
                if scale.low
                <= (limit := 100 * proportion_limits(together, size, sigmas)[side])
                <= scale.high
            )
            parts.append(Markup('<polyline class="funnel {}" points="{}"/>').format(kind, corners))
    parts.append(
        Markup('<line class="mean" x1="{:g}" x2="{:g}" y1="{:.1f}" y2="{:.1f}"/>').format(
            frame.left, frame.width - frame.right, scale(100 * together), scale(100 * together)
        )
    )
    for (measure, _, bottom), share in zip(shown, shares, strict=True):
        parts.append(
            Markup(
                '<circle class="place" cx="{:.1f}" cy="{:.1f}" r="5"/>'
                '<text class="label" x="{:.1f}" y="{:.1f}">{}</text>'
            ).format(
                across(bottom),
                scale(share),
                across(bottom) + 9,
                scale(share) + 4,
                measure.authority.name.removeprefix("Fictional "),
            )
        )
    return Markup(
        '<svg class="chart" viewBox="0 0 {:g} {:g}" role="img" aria-label="{}" '
        'focusable="false">{}</svg>'
    ).format(frame.width, frame.height, escape(description), Markup("").join(parts))


def _axes(
    scale: Scale, sizes: Sequence[float], across: Callable[[float], float], frame: Frame
) -> list[Markup]:
    parts = [
        Markup(
            '<line class="grid" x1="{:g}" x2="{:g}" y1="{:.1f}" y2="{:.1f}"/>'
            '<text class="tick" x="{:g}" y="{:.1f}" text-anchor="end">{}%</text>'
        ).format(
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
        Markup('<text class="tick" x="{:.1f}" y="{:g}" text-anchor="middle">{}</text>').format(
            across(size), frame.height - 12, words.decimal(size, 0)
        )
        for size in sizes
        if across(size) <= frame.width - frame.right
    ]
    return parts
