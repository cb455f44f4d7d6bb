"""The ways through the service as a ladder: a rung for each stage, an arc for each flow.

What leads on runs down the right side, what leads back, or to the same again, up the left; an arc
is as thick as it has steps. A label has room where no thicker arc's label is: the table has all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from csc_warehouse.report.drawing import drawn
from csc_warehouse.report.journey import Flow, Journey

#: The height of a rung with the gap below it, and of its box.
_STEP = 62
_BOX = 46

#: How far above and below a rung's middle arcs arrive and leave.
_APART = 9

#: The thickness of the largest arc, and the height of a label.
_THICKEST = 16
_LABEL = 14


@dataclass(frozen=True)
class _Width:
    """The widths of a drawing: of all, of a rung's box, and how far a rung pushes an arc out.

    A title has so many letters a line, and a label needs so much for each of its own.
    """

    name: str
    all: float
    box: float
    out: float
    letters: int
    letter: float
    has_details: bool

    @property
    def left(self) -> float:
        return (self.all - self.box) / 2

    @property
    def right(self) -> float:
        return (self.all + self.box) / 2


_WIDE = _Width("wide", 720, 190, 24, 30, 7, has_details=True)
_NARROW = _Width("narrow", 350, 122, 9, 16, 7, has_details=False)


def ladder(journey: Journey) -> Markup:
    """The flows of the newest quarter of `journey`, wide and narrow."""
    return Markup("").join(_drawn(journey, width) for width in (_WIDE, _NARROW))


def _drawn(journey: Journey, width: _Width) -> Markup:
    middle = {code: 8 + _BOX / 2 + _STEP * rung for rung, code in enumerate(journey.stages)}
    flows = sorted(
        (flow for flow in journey.newest if flow.from_stage is not None),
        key=lambda flow: -flow.steps,
    )
    most = max((flow.steps for flow in flows), default=1)
    arcs = [_Arc.of(flow, middle, width) for flow in flows]
    # The thickest lie below the others, so that none is covered whole.
    parts = [arc.drawn(1.5 + (_THICKEST - 1.5) * arc.flow.steps / most) for arc in arcs]
    parts += [_rung(journey, code, y, width) for code, y in middle.items()]
    parts += _labels(arcs, width)
    return drawn(
        '<svg class="chart {}" viewBox="0 0 {:g} {:g}" role="img" aria-label="{}" '
        'focusable="false">{}</svg>',
        width.name,
        width.all,
        16 + _BOX + _STEP * (len(journey.stages) - 1),
        journey.description,
        Markup("").join(parts),
    )


@dataclass(frozen=True)
class _Arc:
    """A flow as half an ellipse between two heights, beside the boxes."""

    flow: Flow
    is_onward: bool
    edge: float
    start: float
    end: float
    reach: float

    @classmethod
    def of(cls, flow: Flow, middle: dict[str, float], width: _Width) -> _Arc:
        assert flow.from_stage is not None
        start, end = middle[flow.from_stage], middle[flow.to_stage]
        is_onward = end > start
        # To the same again: a small loop.
        away = _APART if is_onward else -_APART
        reach = 10 + width.out * max(abs(end - start) / _STEP, 0.5)
        edge = width.right if is_onward else width.left
        if start == end:
            return cls(flow, False, edge, start + _APART, end - _APART, reach)
        return cls(flow, is_onward, edge, start + away, end - away, reach)

    @property
    def apex(self) -> tuple[float, float]:
        side = 1 if self.is_onward else -1
        return self.edge + side * self.reach, (self.start + self.end) / 2

    def drawn(self, thickness: float) -> Markup:
        side = 1 if self.is_onward else -1
        return drawn(
            '<g class="{kind}"><path class="flow" stroke-width="{w:.1f}" '
            'd="M{x:g} {a:g} A{rx:g} {ry:g} 0 0 1 {x:g} {b:g}"/>'
            '<polygon points="{x:g},{b:g} {tip:g},{up:g} {tip:g},{down:g}"/></g>',
            kind="onward" if self.is_onward else "back",
            w=thickness,
            x=self.edge,
            a=self.start,
            b=self.end,
            rx=self.reach,
            ry=abs(self.end - self.start) / 2,
            tip=self.edge + side * 8,
            up=self.end - 5,
            down=self.end + 5,
        )


def _rung(journey: Journey, code: str, y: float, width: _Width) -> Markup:
    """A stage's box: its title, how many began, and if there is room, how many from nothing."""
    flows = journey.into(code)
    title = _lines(journey.stages[code], width.letters)
    lines = [*title, f"{sum(flow.steps for flow in flows):,} began"]
    anew = sum(flow.steps for flow in flows if flow.from_stage is None)
    if anew and width.has_details:
        lines.append(f"{anew:,} with nothing before")
    top = y - 13 * (len(lines) - 1) / 2 + 4
    return drawn(
        '<rect class="stage" x="{:g}" y="{:g}" width="{:g}" height="{:g}" rx="5"/>{}',
        width.left,
        y - _BOX / 2,
        width.box,
        _BOX,
        Markup("").join(
            drawn(
                '<text class="{}" x="{:g}" y="{:g}" text-anchor="middle">{}</text>',
                "label title" if number < len(title) else "tick",
                width.all / 2,
                top + 13 * number,
                line,
            )
            for number, line in enumerate(lines)
        ),
    )


def _lines(title: str, letters: int) -> list[str]:
    """`title` in lines of at most so many letters, where its words allow it."""
    lines = [""]
    for word in title.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > letters:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _labels(arcs: Sequence[_Arc], width: _Width) -> list[Markup]:
    """The number and the wait of each arc that has room for it, the thickest first."""
    parts: list[Markup] = []
    taken: list[tuple[float, float, float]] = []
    for arc in arcs:
        x, y = arc.apex
        figure = f"{arc.flow.steps:,}"
        after = f" · {arc.flow.wait}" if width.has_details else ""
        length = width.letter * len(figure + after) + 4
        first = x + 4 if arc.is_onward else x - 4 - length
        last = first + length
        if first < 0 or last > width.all:
            continue
        if any(abs(y - h) < _LABEL and first < end and start < last for start, end, h in taken):
            continue
        taken.append((first, last, y))
        parts.append(
            drawn(
                '<text class="label name" x="{:.1f}" y="{:.1f}"{}>'
                '<tspan class="figure">{}</tspan>{}</text>',
                x + 4 if arc.is_onward else x - 4,
                y + 4,
                "" if arc.is_onward else Markup(' text-anchor="end"'),
                figure,
                after,
            )
        )
    return parts
