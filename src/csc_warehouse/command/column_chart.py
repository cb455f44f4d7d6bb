"""A figure over time as columns of text, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

#: Eighths of a line, from none to all.
_EIGHTHS = " ▁▂▃▄▅▆▇█"

#: What stands for a period without a value.
_UNKNOWN = "·"


def column_chart(
    values: Sequence[float | None], labels: tuple[str, str], height: int = 6
) -> list[str]:
    """Lines of text, top first: a column for each of `values`, drawn from zero.

    `labels` are the first and the last period. A period without a value has a dot. Empty where
    there is nothing to compare: fewer than two values, none above zero, or one below it.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2 or min(known) < 0 or max(known) == 0:
        return []
    top = max(known)
    margin = max(len(_number(top)), 1)
    # A value that is there is seen: the smallest is an eighth of a line.
    eighths = [
        None if value is None else max(round(value / top * 8 * height), 1 if value else 0)
        for value in values
    ]
    lines = []
    for line in range(height - 1, -1, -1):
        label = _number(top) if line == height - 1 else ""
        drawn = "".join(
            (_UNKNOWN if line == 0 else " ") * 2
            if filled is None
            else _EIGHTHS[min(max(filled - 8 * line, 0), 8)] * 2
            for filled in eighths
        )
        lines.append(f"{label:>{margin}} │{drawn.rstrip()}")
    width = max(2 * len(values), len(labels[0]) + len(labels[1]) + 2)
    lines.append(f"{0:>{margin}} └{'─' * width}")
    space = width - len(labels[0]) - len(labels[1])
    lines.append(f"{'':>{margin}}  {labels[0]}{' ' * space}{labels[1]}")
    return lines


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"
