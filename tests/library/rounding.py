"""What could be worked out, were counts rounded to five instead of hidden: for decision 4.

Counts from 1 to the threshold would be `c` all the same, and a 0 is a 0; every other count is shown
as the nearest multiple of five. Nothing else is hidden, and the attacker has all equations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from csc_warehouse.disclosure import Cell
from csc_warehouse.disclosure.knowledge import assemble
from csc_warehouse.disclosure.relations import read_identities, read_relations

#: Known to so few values a count is as good as told.
_FEW_VALUES = 3

#: How many worlds are asked for with all ranges at once, before each is asked for by itself.
_WORLDS = 30


@dataclass(frozen=True)
class Rounded:
    """Of an authority: counts to protect, how many come out, and what rounding does to the rest.

    `within_three` and `exact` are the fewest: whole numbers alone might tell more. `moved`: of the
    shares that could be shown, those that the rounding moves by more than two points.
    """

    small: int
    within_three: int
    exact: int
    shares: int
    moved: int


def rounded_to_five(cells: Sequence[Cell], threshold: int) -> Rounded:
    """What rounding the `cells` of one authority would leave."""
    known = assemble(cells, [], threshold, read_relations(), read_identities())
    values = np.array(known.values)
    is_printed, is_small = np.array(known.is_printed), np.array(known.is_small)
    nearest = _rounded(values)
    lowest, highest = np.zeros(len(values)), np.full(len(values), np.inf)
    lowest[is_printed] = np.maximum(nearest - 2, threshold + 1)[is_printed]
    highest[is_printed] = (nearest + 2)[is_printed]
    few = is_printed & (values <= threshold)
    lowest[few], highest[few] = np.minimum(values, 1)[few], (threshold * (values > 0))[few]
    # Full-time equivalents are no whole numbers.
    lowest, highest = np.minimum(lowest, values), np.maximum(highest, values)
    rows = [row for row, terms in enumerate(known.equations) for _ in terms]
    terms = [term for equation in known.equations for term in equation]
    matrix = csr_array(
        ([weight for _, weight in terms], (rows, [number for number, _ in terms])),
        shape=(len(known.equations), len(values)),
    )
    least, most = values.copy(), values.copy()

    def ask(costs: np.ndarray) -> None:
        answer = milp(
            costs,
            constraints=LinearConstraint(matrix, 0.0, 0.0),
            bounds=Bounds(lowest, highest),
        )
        assert answer.x is not None
        np.minimum(least, answer.x, out=least)
        np.maximum(most, answer.x, out=most)

    def narrow() -> np.ndarray:
        whole = np.floor(most + 1e-6) - np.ceil(least - 1e-6) + 1
        return np.flatnonzero(is_small & (whole <= _FEW_VALUES))

    random = np.random.default_rng(0)
    for turn in range(_WORLDS):
        costs = np.zeros(len(values))
        costs[narrow()] = (
            random.choice((-1.0, 1.0), len(narrow())) if turn > 1 else (-1.0, 1.0)[turn]
        )
        ask(costs)
    for number in narrow():
        for sign in (-1.0, 1.0):
            costs = np.zeros(len(values))
            costs[number] = sign
            ask(costs)
    left = narrow()
    shares = [
        (cell.numerator, cell.denominator)
        for cell in cells
        if cell.is_share and cell.denominator and cell.numerator is not None
        and not any(1 <= part <= threshold for part in
                    (cell.numerator, cell.denominator, cell.denominator - cell.numerator))
    ]  # fmt: skip
    tops, bottoms = np.array(shares).T
    off = 100 * np.abs(_rounded(tops) / _rounded(bottoms) - tops / bottoms)
    return Rounded(
        int(is_small.sum()),
        len(left),
        int((most[left] - least[left] < 1e-6).sum()),
        len(shares),
        int((off > 2).sum()),
    )


def _rounded(values: np.ndarray) -> np.ndarray:
    return 5 * np.floor((values + 2) / 5)
