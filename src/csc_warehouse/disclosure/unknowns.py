"""The counts behind the public cells, by number, and the equations between them."""

from __future__ import annotations

from dataclasses import dataclass, field

#: Pairs of an unknown and its weight; together they are 0.
Equation = list[tuple[int, float]]


@dataclass
class Unknowns:
    """The counts by number, and the equations between them (right-hand side 0).

    `values` are counts that agree with all equations: the true ones wherever the full figures tell
    them. `is_printed`: some cell would print it; `is_known`: the previous release did, and it has
    not changed; `is_small`: it must be protected; `was_hidden`: the previous release hid it.
    """

    values: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    is_printed: list[bool] = field(default_factory=list)
    is_known: list[bool] = field(default_factory=list)
    is_small: list[bool] = field(default_factory=list)
    was_hidden: list[bool] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)
    #: By position of the cell: the unknowns of its numerator and denominator.
    of_cell: list[tuple[int | None, int | None]] = field(default_factory=list)

    def add(self, value: float, *, is_small: bool = False) -> int:
        """A new unknown that no cell prints (yet); returns its number."""
        self.values.append(value)
        self.costs.append(0.0)
        self.is_printed.append(False)
        self.is_known.append(False)
        self.is_small.append(is_small)
        self.was_hidden.append(False)
        return len(self.values) - 1
