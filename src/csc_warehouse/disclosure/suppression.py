"""Which counts to hide, so that none that must be protected can be worked out: least is lost.

The proof that a hidden count is safe is two *worlds*: whole-numbered counts that agree with all
that is shown and with every equation, and differ in the hidden count by the threshold or more.
Somebody who knows all equations can't tell the worlds apart. A pair of worlds is the cheapest
answer of a linear programme (HiGHS, by scipy): move the count as far as it must go, and pay for
each shown figure that has to be hidden for it. So what is hidden comes with its proof, and hiding
more never harms one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, csc_array, csr_array, eye_array, hstack, vstack
from scipy.sparse.csgraph import connected_components

from csc_warehouse.disclosure.unknowns import Unknowns

#: What it costs to move a count that is hidden already: next to nothing, so that worlds stay small.
_COST_OF_HIDDEN = 0.001

#: What it costs not to move a count as far as it must go: more than any figure.
_COST_OF_FAILURE = 10_000.0

#: What may be paid, for many counts at once, to move one of them by one.
_WORTH = 2.0

#: How many counts around the one to protect are looked at, and whether only in whole numbers (which
#: takes longer): at first, and where that was not enough.
_ATTEMPTS = ((200, False), (2_000, False), (1_000_000, False), (200, True))

#: How many branches of one programme in whole numbers are looked at. A limit in seconds would hide
#: more on a slow machine, and the same release would not make the same report.
_BRANCHES = 200

#: How many counts one linear programme takes on: of several to protect, far from one another.
_POOL = 1000

#: After how many purchases one looks for bargains once more.
_PAYS_BETWEEN_BARGAINS = 20

#: How many times over a fractional way of counting is taken to make it whole.
_MOST_TIMES = 60

#: How many times in a row one looks for cheap worlds, and the share of counts left open after which
#: it is not worth another time.
_MOST_BARGAINS = 12
_WORTH_ANOTHER = 0.8

#: A solver's answer this near a whole number is one.
_NEAR = 1e-6

Numbers = npt.NDArray[np.int64]
Steps = npt.NDArray[np.float64]


@dataclass
class Pattern:
    """What is hidden, by number of the unknown.

    `given_away`: those that can be worked out all the same, because the previous release showed
    too much; nothing that is hidden now can take it back.
    """

    hidden: set[int]
    given_away: set[int]


def find_pattern(unknowns: Unknowns, threshold: int) -> Pattern:
    """The counts to hide, so that nobody can tell a protected one to less than `threshold`.

    The same counts and equations always give the same answer.
    """
    return _Search(unknowns, threshold).run()


class _Search:
    """Grows the hidden set from the small counts outwards, one proof after another."""

    def __init__(self, unknowns: Unknowns, threshold: int) -> None:
        self.threshold = threshold
        self.unknowns_in = [[number for number, _ in each] for each in unknowns.equations]
        self.rows_of: list[list[int]] = [[] for _ in unknowns.values]
        for row, numbers in enumerate(self.unknowns_in):
            for number in numbers:
                self.rows_of[number].append(row)
        matrix = csr_array(
            (
                [weight for equation in unknowns.equations for _, weight in equation],
                (
                    [row for row, numbers in enumerate(self.unknowns_in) for _ in numbers],
                    [number for numbers in self.unknowns_in for number in numbers],
                ),
            ),
            shape=(len(unknowns.equations), len(unknowns.values)),
        )
        self.matrix = csc_array(matrix)
        #: By unknown: the number of those that equations tie to one another; known ones have none.
        self.together = _together(self.matrix, ~np.array(unknowns.is_known, dtype=bool))
        self.base = np.array(unknowns.values)
        self.lowest = self.base.copy()
        self.highest = self.base.copy()
        self.is_printed = np.array(unknowns.is_printed, dtype=bool)
        self.is_known = np.array(unknowns.is_known, dtype=bool)
        self.costs = np.array(unknowns.costs) + _COST_OF_HIDDEN
        self.hidden: set[int] = set()
        self.queue: deque[int] = deque()
        self.coin = np.random.default_rng(0)
        #: How far around a count has been looked at in vain.
        self.tries = [0] * len(unknowns.values)
        self.is_small = small = np.array(unknowns.is_small, dtype=bool)
        self.was_hidden = np.array(unknowns.was_hidden, dtype=bool)
        self._hide(np.flatnonzero(small | self.was_hidden))
        self.queue.extend(np.flatnonzero(small & ~self.is_printed).tolist())
        self.given_away = set(np.flatnonzero(small & self.is_printed & self.is_known).tolist())

    def run(self) -> Pattern:
        turns = 0
        while self.queue:
            if turns % _PAYS_BETWEEN_BARGAINS == 0:
                self._look_for_bargains()
            self._pay()
            turns += 1
        self._show_what_never_moved()
        return Pattern(self.hidden, self.given_away)

    def _show_what_never_moved(self) -> None:
        """What no proof needs hidden, because it can be worked out from what is known.

        Of what the previous release hid only a true zero: another number could tell of that one.
        """
        for number in list(self.hidden):
            moved = self.lowest[number] != self.highest[number]
            keeps = self.was_hidden[number] and self.base[number] != 0
            if not moved and not keeps and not self.is_small[number]:
                self.hidden.remove(number)
                self.given_away.discard(number)

    def _hide(self, numbers: Numbers) -> None:
        """Hide those that are printed; they must be protected too."""
        for number in numbers.tolist():
            if self.is_printed[number] and number not in self.hidden:
                self.hidden.add(number)
                self.costs[number] = _COST_OF_HIDDEN
                self.queue.append(number)

    def _is_open(self, number: int) -> bool:
        """Whether its proof is still to be found."""
        width = self.highest[number] - self.lowest[number]
        return bool(width < self.threshold and not self.is_known[number])

    def _look_for_bargains(self) -> None:
        """Worlds in which many hidden counts move at once, and little has to be hidden for each.

        At first all move the same way; then each as a coin says, so that those which can't go
        together (parts of a known whole) go apart.
        """
        for turn in range(_MOST_BARGAINS):
            wanted = [number for number in dict.fromkeys(self.queue) if self._is_open(number)]
            self.queue = deque(wanted)
            if len(wanted) < 2:
                return
            falls = np.zeros(len(wanted), dtype=bool)
            if turn:
                falls = self.coin.random(len(wanted)) < 0.5
            near = np.flatnonzero(np.isin(self.together, self.together[wanted]))
            self._take(near, self._moved(near, wanted, must=False, falls=falls))
            still = sum(self._is_open(number) for number in wanted)
            if turn and still > _WORTH_ANOTHER * len(wanted):
                return

    def _pay(self) -> None:
        """Protect the first in the queue, and others whose surroundings lie apart from its own."""
        batch: list[int] = []
        near: set[int] = set()
        later: list[int] = []
        whole = False
        while self.queue and len(near) < _POOL and len(later) < _POOL:
            number = self.queue.popleft()
            if not self._is_open(number):
                continue
            if self.tries[number] == len(_ATTEMPTS):
                self._hide_all_around(number)
                continue
            size, is_whole = _ATTEMPTS[self.tries[number]]
            if number in near or (batch and (whole or is_whole)):
                later.append(number)
                continue
            around = self._neighbourhood(number, size, near)
            if around is None:
                later.append(number)
                continue
            near |= around
            batch.append(number)
            whole = is_whole
        self.queue.extendleft(reversed(later))
        if not batch:
            return
        order = np.array(sorted(near))
        worlds = self._moved(order, batch, must=True, whole=whole)
        failed = self._failed(order, batch, worlds)
        for number in failed:
            self.tries[number] += 1
        if failed:
            # What a failure dragged along isn't kept.
            places = np.searchsorted(order, np.array(failed))
            worlds = [self._without(order, steps, places) for steps in worlds]
            failed = self._failed(order, batch, worlds)
        self._take(order, worlds)
        self.queue.extendleft(reversed(failed))

    def _neighbourhood(
        self, number: int, size: int, taken: Collection[int] = ()
    ) -> set[int] | None:
        """Up to about `size` unknowns that equations tie to `number`, the hidden ones first.

        None if one of them is `taken`.
        """
        found = {number}
        seen: set[int] = set()
        near, far = deque([number]), deque[int]()
        while (near or far) and len(found) < size:
            here = near.popleft() if near else far.popleft()
            for row in self.rows_of[here]:
                if row in seen:
                    continue
                seen.add(row)
                for other in self.unknowns_in[row]:
                    if other not in found and not self.is_known[other]:
                        if other in taken:
                            return None
                        found.add(other)
                        free = other in self.hidden or not self.is_printed[other]
                        (near if free else far).append(other)
        return found

    def _moved(
        self,
        near: Numbers,
        wanted: Sequence[int],
        *,
        must: bool,
        whole: bool = False,
        falls: npt.NDArray[np.bool_] | None = None,
    ) -> list[Steps]:
        """The steps into two worlds that lie apart at all of `wanted`, and cost least.

        Only the unknowns `near` (sorted) move. Without `must` what costs too much isn't done. The
        first world has more of a wanted count than the second, or less where it `falls`.
        """
        part = csr_array(self.matrix[:, near])
        part = part[np.flatnonzero(np.diff(part.indptr)), :]
        size, count = len(near), len(wanted)
        places = np.searchsorted(near, np.array(wanted))
        # Columns: steps up and down of one world, up and down of the other, what is short.
        costs = np.concatenate(
            [np.tile(self.costs[near], 4), np.full(count, _COST_OF_FAILURE if must else _WORTH)]
        )
        down = self.base[near]
        up = np.full(size, np.inf)
        if falls is None:
            falls = np.zeros(count, dtype=bool)
        rising, falling = (
            csr_array(
                (np.ones(chosen.sum()), (np.flatnonzero(chosen), places[chosen])),
                shape=(count, size),
            )
            for chosen in (~falls, falls)
        )
        both = csr_array((part.shape[0], size))
        spare = csr_array((part.shape[0], count))
        short = csr_array((np.ones(count), (np.arange(count), np.arange(count))))
        matrix = vstack(
            [
                hstack([part, -part, both, both, spare]),
                hstack([both, both, part, -part, spare]),
                hstack([rising, falling, falling, rising, short]),
            ]
        )
        least = np.zeros(matrix.shape[0])
        least[2 * part.shape[0] :] = self.threshold
        most = least.copy()
        most[2 * part.shape[0] :] = np.inf
        highest = np.concatenate([up, down, up, down, np.full(count, np.inf)])
        # A count that must go up in one world and down in the other does nothing else.
        highest[np.where(falls, 0, size) + places] = 0
        highest[np.where(falls, 3 * size, 2 * size) + places] = 0
        # To look for a smaller programme first takes longer than to solve this one.
        options = {"node_limit": _BRANCHES} if whole else {"presolve": False}
        answer = milp(
            costs,
            constraints=LinearConstraint(csr_array(matrix), least, most),
            bounds=Bounds(np.zeros(len(costs)), highest),
            integrality=np.full(len(costs), int(whole)),
            options=options,
        )
        if answer.x is None:
            return []
        steps = answer.x
        return [
            self._whole_steps(near, steps[:size] - steps[size : 2 * size]),
            self._whole_steps(near, steps[2 * size : 3 * size] - steps[3 * size : 4 * size]),
        ]

    def _whole_steps(self, near: Numbers, steps: Steps) -> Steps:
        """`steps` without those that hang together with a step that isn't a whole number."""
        broken = np.flatnonzero(np.abs(steps - np.round(steps)) > _NEAR)
        return np.round(self._without(near, steps, broken))

    def _without(self, near: Numbers, steps: Steps, places: Numbers) -> Steps:
        """`steps` without those at `places` and all that hang together with them."""
        if not len(places):
            return steps
        moved = np.flatnonzero(np.abs(steps) > _NEAR)
        part = csr_array(self.matrix[:, near[moved]])
        _, group = connected_components(part.T @ part != 0, directed=False)
        steps = steps.copy()
        steps[moved[np.isin(group, group[np.isin(moved, places)])]] = 0
        return steps

    def _failed(self, near: Numbers, batch: Sequence[int], worlds: Sequence[Steps]) -> list[int]:
        """Those of `batch` that don't lie far enough apart in the `worlds`."""
        if not worlds:
            return list(batch)
        places = np.searchsorted(near, np.array(batch))
        width = np.abs(worlds[0][places] - worlds[1][places])
        return [
            number
            for number, apart in zip(batch, width, strict=True)
            if apart < self.threshold - _NEAR
        ]

    def _take(self, near: Numbers, worlds: Sequence[Steps]) -> None:
        """Keep the `worlds` as proofs, and hide what tells them from the figures."""
        for steps in worlds:
            moved = near[np.flatnonzero(steps)]
            world = self.base[moved] + steps[np.flatnonzero(steps)]
            self.lowest[moved] = np.minimum(self.lowest[moved], world)
            self.highest[moved] = np.maximum(self.highest[moved], world)
            self._hide(moved)

    def _hide_all_around(self, number: int) -> None:
        """Hide all that hangs together with `number`: the last resort, and a proof by itself.

        All equations are homogeneous: a way of counting that fits them fits them many times over.
        Added to the truth `threshold` times it is another world, as far away as is needed. Only
        what the previous release showed can stand in its way.
        """
        around = np.array(sorted(self._neighbourhood(number, len(self.base)) or ()))
        size = len(around)
        part = csr_array(self.matrix[:, around])
        part = part[np.flatnonzero(np.diff(part.indptr)), :]
        answer = milp(
            # As many as can be are counted at least once.
            -np.concatenate([np.zeros(size), np.ones(size)]),
            constraints=[
                LinearConstraint(hstack([part, csr_array(part.shape)]), 0.0, 0.0),
                LinearConstraint(hstack([eye_array(size), -eye_array(size)]), 0.0, np.inf),
            ],
            bounds=Bounds(0.0, np.concatenate([np.full(size, np.inf), np.ones(size)])),
        )
        way = self._whole_steps(around, _smallest_whole_multiple(answer.x[:size]))
        self._take(around, [self.threshold * way])
        if self._is_open(number):
            self.given_away.add(number)


def _together(matrix: csc_array, is_free: npt.NDArray[np.bool_]) -> Numbers:
    """By column of `matrix` a number, the same of all that rows tie, one to the next.

    Columns that aren't free tie nothing; theirs is -1.
    """
    columns = np.flatnonzero(is_free)
    ties = csr_array(matrix[:, columns])
    _, found = connected_components(block_array([[None, ties], [ties.T, None]]), directed=False)
    numbers = np.full(matrix.shape[1], -1)
    numbers[columns] = found[matrix.shape[0] :]
    return numbers


def _smallest_whole_multiple(way: Steps) -> Steps:
    """`way`, as many times over as it takes to have whole numbers only; once if none is found."""
    for times in range(1, _MOST_TIMES + 1):
        if np.abs(times * way - np.round(times * way)).max(initial=0.0) <= _NEAR:
            return times * way
    return way
