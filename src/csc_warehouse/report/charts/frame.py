"""The size of a chart, its scale, and the ticks of its axes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor, log10


@dataclass(frozen=True)
class Frame:
    """The size of a chart, in units of its view box; the plot lies inside the margins."""

    name: str
    width: float
    height: float
    left: float
    right: float
    top: float = 14
    bottom: float = 30
    most_labels: int = 13
    has_every_dot: bool = True

    @property
    def plot_width(self) -> float:
        return self.width - self.left - self.right

    @property
    def plot_height(self) -> float:
        return self.height - self.top - self.bottom


#: For a page beside a column of text, and for a telephone.
WIDE = Frame("wide", 720, 290, 46, 158)

NARROW = Frame("narrow", 350, 290, 40, 104, most_labels=4)

#: For paper, where nothing can be pointed at: a dot that says nothing costs the pack its time.
PAPER = replace(WIDE, name="paper", has_every_dot=False)

#: The same beside words, five to a page.
BESIDE = Frame("beside", 370, 146, 40, 140, 10, 28, most_labels=4, has_every_dot=False)


@dataclass(frozen=True)
class Scale:
    """Values to heights: `low` at the bottom of the plot, `high` at its top.

    Where all values are the same, such as none anywhere, they lie at the bottom.
    """

    low: float
    high: float
    frame: Frame

    def __call__(self, value: float) -> float:
        spread = self.high - self.low
        share = (value - self.low) / spread if spread else 0.0
        return self.frame.top + self.frame.plot_height * (1 - share)


def nice_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round values that span `low` to `high`: at most `most` + 1 of them, in steps of 1, 2 or 5."""
    spread = max(high - low, 1e-9)
    power = 10 ** floor(log10(spread / most))
    step = next(power * factor for factor in (1, 2, 5, 10) if spread / (power * factor) <= most)
    first = floor(low / step)
    last = -floor(-high / step)
    return [round(number * step, 10) for number in range(first, last + 1)]
