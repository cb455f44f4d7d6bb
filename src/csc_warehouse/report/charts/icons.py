"""Icons beside the words that say the same, and the shapes that they share with the charts."""

from __future__ import annotations

from markupsafe import Markup

from csc_warehouse.report.control_chart import Assurance, Variation
from csc_warehouse.report.drawing import drawn
from csc_warehouse.report.signals import Confidence

_VARIATION_SHAPES = {
    Variation.COMMON: ("usual-dot", "~"),
    Variation.IMPROVEMENT_HIGH: ("better-dot", "H"),
    Variation.IMPROVEMENT_LOW: ("better-dot", "L"),
    Variation.CONCERN_HIGH: ("worse-dot", "H"),
    Variation.CONCERN_LOW: ("worse-dot", "L"),
    Variation.NEUTRAL_HIGH: ("neutral-dot", "H"),
    Variation.NEUTRAL_LOW: ("neutral-dot", "L"),
}

#: In the order in which the key explains them.
VARIATIONS = tuple(_VARIATION_SHAPES)

ASSURANCES = tuple(Assurance)

CONFIDENCES = tuple(Confidence)


def variation_icon(found: Variation | None, confidence: Confidence | None = None) -> Markup:
    """Decoration beside the words that say the same: hidden from screen readers.

    A change has a broken line where it is possible, a whole one where likely, a thick one where
    established.
    """
    if found is None:
        return Markup("")
    kind, letter = _VARIATION_SHAPES[found]
    inside = (
        Markup('<path class="wave" d="M9 19 q4 -8 8 0 t8 0"/>')
        if letter == "~"
        else drawn(
            '<text x="17" y="{}" text-anchor="middle">{}</text>',
            23 if kind == "better-dot" else 22,
            letter,
        )
    )
    dot = shape("round" if kind == "usual-dot" else kind, 17, 17, 14)
    return drawn(
        '<svg class="icon {}" viewBox="0 0 34 34" aria-hidden="true" focusable="false">{}{}</svg>',
        f"{kind} {confidence}" if confidence else kind,
        dot,
        inside,
    )


def assurance_icon(found: Assurance | None) -> Markup:
    """P, F or ? for a target met, missed or sometimes met; hidden from screen readers."""
    if found is None:
        return Markup("")
    letter, kind = {
        Assurance.PASS: ("P", "better-dot"),
        Assurance.FAIL: ("F", "worse-dot"),
        Assurance.INCONSISTENT: ("?", "usual-dot"),
    }[found]
    return drawn(
        '<svg class="icon assurance {}" viewBox="0 0 34 34" aria-hidden="true" focusable="false">'
        '<rect x="3" y="3" width="28" height="28" rx="7"/>'
        '<text x="17" y="22" text-anchor="middle">{}</text></svg>',
        kind,
        letter,
    )


def shape(kind: str, x: float, y: float, size: float) -> Markup:
    """A circle is usual, a triangle better, a diamond worse, a square neither."""
    match kind:
        case "better-dot":
            corners = [(0, -1.1), (1.05, 0.8), (-1.05, 0.8)]
        case "worse-dot":
            corners = [(0, -1.15), (1.15, 0), (0, 1.15), (-1.15, 0)]
        case "neutral-dot":
            corners = [(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)]
        case _:
            return drawn('<circle cx="{:.1f}" cy="{:.1f}" r="{:g}"/>', x, y, size)
    return drawn(
        '<polygon points="{}"/>',
        " ".join(f"{x + right * size:.1f},{y + down * size:.1f}" for right, down in corners),
    )
