"""The line of a measure with its limits, its target and what it is held against."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

from markupsafe import Markup

from csc_warehouse.disclosure.cells import CONFIDENTIAL, Cell
from csc_warehouse.report import words
from csc_warehouse.report.charts.frame import NARROW, WIDE, Frame, Scale, nice_ticks
from csc_warehouse.report.charts.icons import shape
from csc_warehouse.report.control_chart import Point
from csc_warehouse.report.drawing import drawn
from csc_warehouse.report.measures import Measure

#: What a label needs in height, so that no two overlap.
_LABEL_HEIGHT = 15


def line_chart(measure: Measure, description: str) -> Markup:
    """The line of `measure` with its limits, target and comparators, wide and narrow.

    `description` is what a screen reader says instead. Empty where fewer than three values show.
    """
    if sum(cell.value is not None for cell in measure.line) < 3:
        return Markup("")
    return Markup("").join(_drawn(measure, description, frame) for frame in (WIDE, NARROW))


def pack_chart(measure: Measure, description: str, frame: Frame, style: Markup) -> Markup:
    """One chart as an image with its own `style`.

    WeasyPrint draws a chart without the style sheet of the page; one that stands in the page itself
    it reads for nothing as a part of it, and gives no alternative text.
    """
    if sum(cell.value is not None for cell in measure.line) < 3:
        return Markup("")
    chart = str(_drawn(measure, description, frame, style))
    alone = chart.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return drawn(
        '<img class="chart {}" alt="{}" src="data:image/svg+xml;base64,{}">',
        frame.name,
        description,
        b64encode(alone.encode()).decode(),
    )


def _drawn(measure: Measure, description: str, frame: Frame, style: str = "") -> Markup:
    others = measure.comparison
    beside = measure.is_comparable
    held = [
        value
        for value in (
            others.target,
            others.neighbours,
            others.neighbours_minimum,
            others.neighbours_maximum,
            others.region,
            others.england,
        )
        if beside and value is not None
    ]
    values = [cell.value for cell in measure.line if cell.value is not None]
    limits = [limit for point in measure.points for limit in (point.lower, point.upper)]
    scale = _scale(measure, values, limits, held, frame)
    step = frame.plot_width / max(len(measure.line) - 1, 1)
    places = [frame.left + step * number for number in range(len(measure.line))]
    parts = [
        *([drawn("<style>{}</style>", style)] if style else []),
        *_axes(measure, scale, places, frame),
        *_bands(measure.points, places, scale, frame, step),
        *_steps(measure, places, step, frame),
        *(_target(others.target, scale, frame) if beside and others.target is not None else []),
        *_line(measure.line, places, scale),
        *_marks(measure, places, scale, frame),
        *_labels(measure, scale, frame, beside),
    ]
    return drawn(
        '<svg class="chart {}" viewBox="0 0 {:g} {:g}" role="img" aria-label="{}" '
        'focusable="false">{}</svg>',
        frame.name,
        frame.width,
        frame.height,
        description,
        Markup("").join(parts),
    )


def _scale(
    measure: Measure,
    values: Sequence[float],
    limits: Sequence[float],
    held: Sequence[float],
    frame: Frame,
) -> Scale:
    low, high = min([*values, *limits, *held]), max([*values, *limits, *held])
    low = max(low, 0.0) if min(values) >= 0 else low
    if measure.is_share:
        high = min(high, 100.0)
    # A line need not start at zero; one that nearly does should.
    if low < high * 0.35:
        low = min(low, 0.0)
    if high - low < 1e-9:
        low, high = (0.0, 2 * high or 1.0) if low >= 0 else (low - 1, high + 1)
    ticks = nice_ticks(low, high)
    return Scale(ticks[0], ticks[-1], frame)


def _axes(measure: Measure, scale: Scale, places: Sequence[float], frame: Frame) -> list[Markup]:
    parts = []
    ticks = nice_ticks(scale.low, scale.high)
    whole = all(tick == int(tick) for tick in ticks)
    sign = "%" if measure.is_share else ""
    for tick in ticks:
        height = scale(tick)
        text = words.decimal(tick, 0 if whole else 1) + sign
        parts.append(
            drawn(
                '<line class="grid" x1="{:g}" x2="{:g}" y1="{:.1f}" y2="{:.1f}"/>'
                '<text class="tick" x="{:g}" y="{:.1f}" text-anchor="end">{}</text>',
                frame.left,
                frame.width - frame.right,
                height,
                height,
                frame.left - 7,
                height + 4,
                text,
            )
        )
    every = max(1, -(-len(places) // frame.most_labels))
    # Backwards, so that the newest period always has its label.
    for number in range(len(places) - 1, -1, -every):
        first, second = _axis_text(measure.line[number])
        parts.append(
            drawn(
                '<text class="tick" x="{:.1f}" y="{:g}" text-anchor="middle">{}'
                '<tspan x="{:.1f}" dy="12">{}</tspan></text>',
                places[number],
                frame.height - 15,
                first,
                places[number],
                second,
            )
        )
    return parts


def _axis_text(cell: Cell) -> tuple[str, str]:
    end = cell.period_end_date
    if cell.period_type == "year":
        return f"{cell.period_start_date.year}/{end:%y}", ""
    if cell.period_type == "quarter":
        return f"{cell.period_start_date:%b}–{end:%b}", f"{end.year}"
    return f"{end:%b}", f"{end.year}"


def _bands(
    points: Sequence[Point], places: Sequence[float], scale: Scale, frame: Frame, step: float
) -> list[Markup]:
    """The range between the limits and what is expected, one box where they are the same."""
    parts = []
    start = 0
    for number in range(1, len(points) + 1):
        last = number == len(points)
        if not last and _limits(points[number]) == _limits(points[start]):
            continue
        left = places[start] if start == 0 else places[start] - step / 2
        right = places[-1] if last else places[number] - step / 2
        point = points[start]
        upper = max(scale(min(point.upper, scale.high)), frame.top)
        lower = min(scale(max(point.lower, scale.low)), frame.top + frame.plot_height)
        middle = scale(point.mean)
        parts.append(
            drawn(
                '<rect class="usual" x="{x:.1f}" width="{w:.1f}" y="{u:.1f}" height="{h:.1f}"/>'
                '<line class="limit" x1="{x:.1f}" x2="{r:.1f}" y1="{u:.1f}" y2="{u:.1f}"/>'
                '<line class="limit" x1="{x:.1f}" x2="{r:.1f}" y1="{l:.1f}" y2="{l:.1f}"/>'
                '<line class="mean" x1="{x:.1f}" x2="{r:.1f}" y1="{m:.1f}" y2="{m:.1f}"/>',
                x=left,
                w=right - left,
                r=right,
                u=upper,
                l=lower,
                h=max(lower - upper, 0),
                m=middle,
            )
        )
        start = number
    return parts


def _limits(point: Point) -> tuple[float, float, float]:
    return point.lower, point.mean, point.upper


def _steps(
    measure: Measure, places: Sequence[float], step: float, frame: Frame
) -> list[Markup]:  # fmt: skip
    """A line where somebody declared a change, with a number that the text below explains."""
    parts = []
    for count, declared in enumerate(measure.steps, start=1):
        number = next(
            (
                number
                for number, cell in enumerate(measure.line)
                if cell.period_end_date >= declared.step_date
            ),
            0,
        )
        if number:
            x = places[number] - step / 2
            parts.append(
                drawn(
                    '<line class="step" x1="{:.1f}" x2="{:.1f}" y1="{:g}" y2="{:g}"/>'
                    '<text class="note" x="{:.1f}" y="{:g}">change {}</text>',
                    x,
                    x,
                    frame.top,
                    frame.top + frame.plot_height,
                    x + 4,
                    frame.top + 9,
                    count,
                )
            )
    return parts


def _target(target: float, scale: Scale, frame: Frame) -> list[Markup]:
    height = scale(target)
    return [
        drawn(
            '<line class="target" x1="{:g}" x2="{:g}" y1="{:.1f}" y2="{:.1f}"/>',
            frame.left,
            frame.width - frame.right + 12,
            height,
            height,
        )
    ]


def _line(line: Sequence[Cell], places: Sequence[float], scale: Scale) -> list[Markup]:
    """The values joined up, with a gap where one is hidden."""
    runs: list[list[str]] = [[]]
    for cell, x in zip(line, places, strict=True):
        if cell.value is None:
            runs.append([])
        else:
            runs[-1].append(f"{x:.1f},{scale(cell.value):.1f}")
    return [
        drawn('<polyline class="line" points="{}"/>', " ".join(run)) for run in runs if len(run) > 1
    ]


def _marks(
    measure: Measure, places: Sequence[float], scale: Scale, frame: Frame
) -> list[Markup]:  # fmt: skip
    """A dot for each value; of a change each month has a shape that tells better from worse."""
    parts = []
    for number, (cell, x) in enumerate(zip(measure.line, places, strict=True)):
        if cell.value is None:
            if cell.symbol == CONFIDENTIAL:
                parts.append(
                    drawn(
                        '<text class="hidden" x="{:.1f}" y="{:g}" text-anchor="middle">c</text>',
                        x,
                        frame.top + frame.plot_height - 4,
                    )
                )
            continue
        y = scale(cell.value)
        kind = _kind(measure, number)
        if kind == "usual-dot" and not frame.has_every_dot and number < len(places) - 1:
            continue
        size = 5.0 if kind != "usual-dot" or number == len(places) - 1 else 2.6
        title = f"{words.period(cell)}: {words.shown(measure, cell)}"
        said = (
            drawn(
                ' data-value="{!r}" data-part="value" data-cell="{}"',
                float(cell.value),
                words.address(cell),
            )
            if frame is WIDE
            else ""
        )
        parts.append(
            drawn(
                '<g class="{}"{}><title>{}</title>{}</g>',
                kind,
                said,
                title,
                shape(kind, x, y, size),
            )
        )
    return parts


def _kind(measure: Measure, number: int) -> str:
    """The shape of a value: that of the change, if it is of one."""
    if measure.signal is None or number < measure.signal.evidence.since:
        return "usual-dot"
    if measure.polarity == "neutral":
        return "neutral-dot"
    better = measure.signal.evidence.is_higher == (measure.polarity == "higher is better")
    return "better-dot" if better else "worse-dot"


def _labels(measure: Measure, scale: Scale, frame: Frame, beside: bool) -> list[Markup]:
    """Direct labels in the right margin: the newest value, target, neighbours, region, England."""
    edge = frame.width - frame.right
    others = measure.comparison
    newest = next((cell for cell in reversed(measure.line) if cell.value is not None), None)
    wanted: list[tuple[float, str, str, str]] = []
    if newest is not None and newest.value is not None:
        wanted.append((newest.value, "", words.shown(measure, newest), "now"))
    if beside:
        for value, text, kind in (
            (others.target, "Target", "target-label"),
            (others.neighbours, "Neighbours", "other"),
            (others.region, "Region", "other"),
            (others.england, "England", "other"),
        ):
            if value is not None:
                whole = kind == "target-label" and value == int(value)
                wanted.append((value, text, words.number(measure, value, whole=whole), kind))
    if measure.points:
        named = "Expected" if measure.kind.is_lasting else "Average"
        wanted.append((measure.points[-1].mean, named,
                       words.number(measure, measure.points[-1].mean), "mean-label"))  # fmt: skip
    parts: list[Markup] = []
    if beside and others.neighbours_minimum is not None and others.neighbours_maximum is not None:
        parts.append(
            drawn(
                '<rect class="range" x="{:g}" width="5" y="{:.1f}" height="{:.1f}" rx="2.5"/>',
                edge + 12,
                scale(others.neighbours_maximum),
                max(scale(others.neighbours_minimum) - scale(others.neighbours_maximum), 1),
            )
        )
    start = edge + 34
    for (value, text, figure, kind), y in zip(
        wanted, _spread([scale(item[0]) for item in wanted], frame), strict=True
    ):
        true = scale(value)
        parts.append(
            drawn(
                '<line class="lead {kind}" x1="{a:g}" x2="{b:g}" y1="{t:.1f}" y2="{t:.1f}"/>'
                '<line class="lead {kind}" x1="{b:g}" x2="{c:g}" y1="{t:.1f}" y2="{y:.1f}"/>'
                '<text class="label {kind}" x="{s:g}" y="{h:.1f}">{text}'
                '<tspan class="figure">{figure}</tspan></text>',
                kind=kind,
                a=edge + (8 if kind == "now" else 10),
                b=edge + 22,
                c=start - 3,
                t=true,
                y=y,
                s=start,
                h=y + 4,
                text=f"{text} " if text else "",
                figure=figure,
            )
        )
    return parts


def _spread(heights: Sequence[float], frame: Frame) -> list[float]:
    """`heights` moved apart until no two labels overlap, in their order, inside the frame."""
    order = sorted(range(len(heights)), key=lambda number: heights[number])
    placed = [0.0] * len(heights)
    floor_ = frame.top - _LABEL_HEIGHT / 2
    for number in order:
        placed[number] = max(heights[number], floor_)
        floor_ = placed[number] + _LABEL_HEIGHT
    ceiling = frame.height - 12.0
    for number in reversed(order):
        placed[number] = min(placed[number], ceiling)
        ceiling = placed[number] - _LABEL_HEIGHT
    return placed
