"""Somebody who has all public figures of any releases, a solver, and time: for the tests only.

Written apart from the protector: it sees printed cells and what the documentation says of them, and
sets up equations of its own. Unknown are the hidden numbers and, for each line of a record count,
how many records there had been by the end of each day at which some period starts or ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, vstack
from scipy.sparse.csgraph import connected_components

from csc_warehouse.disclosure import Cell

#: No count is larger: keeps the solver's answers finite.
_CEILING = 100_000.0

#: A child has the same of these in every one of its records.
_CONSTANT = ("all", "sex", "ethnic_group", "disability")

#: These are not counts: only how many stand behind them is one.
_MEASURED = ("median", "mean", "minimum", "maximum")

#: A hidden number: release (0: the oldest), authority, indicator, part, first and last day,
#: breakdown, value.
Secret = tuple[int, str, str, str, int, int, str, str]


@dataclass(frozen=True)
class Table:
    """What is public of one authority, and what the attacker has been told beside it.

    `version` tells which of its values a number has in a release: where it is the same in two, so
    is the number, as the attacker knows all corrections. `complete`: indicator and breakdown whose
    values leave nobody out.
    `same` and `smaller` are pairs of counts (indicator, part), equal or in order everywhere.
    `followed`: indicators whose numerator counts what had followed by the end of the period.
    `occasion`: by which of its records in the period an indicator counts a child: any, first, last.
    `exceeding`: shares of an expected number, which can be more than all of it.
    `known`: sums of numbers, each with its weight, that are 0, however the attacker came by them.
    """

    releases: Sequence[Sequence[Cell]]
    version: Callable[[Secret], object]
    complete: frozenset[tuple[str, str]]
    same: tuple[tuple[tuple[str, str], tuple[str, str]], ...] = ()
    smaller: tuple[tuple[tuple[str, str], tuple[str, str]], ...] = ()
    followed: frozenset[str] = frozenset()
    occasion: Mapping[str, str] = field(default_factory=dict)
    exceeding: frozenset[str] = frozenset()
    known: Sequence[Mapping[Secret, float]] = ()


@dataclass
class _Programme:
    """Linear constraints over unknowns, row by row."""

    lowest: list[float] = field(default_factory=list)
    highest: list[float] = field(default_factory=list)
    rows: list[dict[int, float]] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)

    def unknown(self, low: float = 0.0, high: float = _CEILING) -> int:
        self.lowest.append(low)
        self.highest.append(high)
        return len(self.lowest) - 1

    def demand(self, terms: Sequence[tuple[float, float | int]], least: float, most: float) -> None:
        """`terms` are pairs of weight and unknown (int) or number (float)."""
        row: dict[int, float] = defaultdict(float)
        moved = 0.0
        for weight, term in terms:
            if isinstance(term, int):
                row[term] += weight
            else:
                moved += weight * term
        if row:
            self.rows.append(row)
            self.least.append(least - moved)
            self.most.append(most - moved)


class Attack:
    """All that one attacker works out about any number of tables, at once."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self.programme = _Programme()
        self.secrets: list[dict[Secret, int]] = []
        for table in tables:
            self.secrets.append(self._read(table))
        unknowns = len(self.programme.lowest)
        self.least = np.full(unknowns, np.inf)
        self.most = np.full(unknowns, -np.inf)
        self.matrix = csr_array(
            (
                [weight for row in self.programme.rows for weight in row.values()],
                (
                    [place for place, row in enumerate(self.programme.rows) for _ in row],
                    [number for row in self.programme.rows for number in row],
                ),
            ),
            shape=(len(self.programme.rows), unknowns),
        )
        #: Unknowns of one number hang together, those of different ones don't.
        _, self.group = connected_components(
            vstack([hstack([csr_array((unknowns, unknowns)), self.matrix.T]),
                    hstack([self.matrix, csr_array((len(self.programme.rows),) * 2)])]),
            directed=False,
        )  # fmt: skip

    def found(self, threshold: int) -> list[dict[Secret, tuple[float, float]]]:
        """By table: the hidden numbers known to less than `threshold`, and their ranges."""
        wanted = sorted({number for secrets in self.secrets for number in secrets.values()})
        random = np.random.default_rng(0)
        for turn in range(12):
            narrow = [number for number in wanted if not self._is_wide(number, threshold)]
            if not narrow:
                break
            costs = np.zeros(len(self.least))
            signs = random.choice((-1.0, 1.0), len(narrow)) if turn > 1 else (-1.0, 1.0)[turn]
            costs[narrow] = signs
            self._solve(costs)
        ranges = {
            number: self._range(number) for number in wanted if not self._is_wide(number, threshold)
        }
        return [
            {
                secret: ranges[number]
                for secret, number in secrets.items()
                if number in ranges and ranges[number][1] - ranges[number][0] < threshold
            }
            for secrets in self.secrets
        ]

    def believes(self, truths: Sequence[Mapping[Secret, float | None]]) -> bool:
        """Whether the truth, by table, fits all that the attacker takes for true.

        Whoever starts from something false may find anything, and nothing of it counts.
        """
        lowest, highest = list(self.programme.lowest), list(self.programme.highest)
        for secrets, truth in zip(self.secrets, truths, strict=True):
            for secret, number in secrets.items():
                value = truth[secret]
                assert value is not None
                lowest[number] = highest[number] = value
        answer = milp(
            np.zeros(len(lowest)),
            constraints=LinearConstraint(self.matrix, self.programme.least, self.programme.most),
            bounds=Bounds(lowest, highest),
        )
        return answer.x is not None

    def _is_wide(self, number: int, threshold: int) -> bool:
        return bool(self.most[number] - self.least[number] >= threshold)

    def _range(self, number: int) -> tuple[float, float]:
        """The exact range of one unknown, in whole numbers."""
        of = np.flatnonzero(self.group[: len(self.least)] == self.group[number])
        rows = np.flatnonzero(self.group[len(self.least) :] == self.group[number])
        for sign in (1.0, -1.0):
            costs = np.zeros(len(self.least))
            costs[number] = sign
            self._solve(costs, of, rows, whole=True)
        return float(self.least[number]), float(self.most[number])

    def _solve(
        self,
        costs: np.ndarray,
        of: np.ndarray | slice = slice(None),
        rows: np.ndarray | slice = slice(None),
        *,
        whole: bool = False,
    ) -> None:
        """One world that fits all that is public; what it says is kept where it is whole.

        Only `of` some unknowns, and of the `rows` that have them.
        """
        lowest, highest, least, most = (np.array(each) for each in (
            self.programme.lowest, self.programme.highest,
            self.programme.least, self.programme.most,
        ))  # fmt: skip
        answer = milp(
            costs[of],
            constraints=LinearConstraint(self.matrix[rows][:, of], least[rows], most[rows]),
            bounds=Bounds(lowest[of], highest[of]),
            integrality=np.full(len(costs[of]), int(whole)),
        )
        assert answer.x is not None, f"What is public contradicts itself: {answer.message}"
        # A world counts where all that hangs together is whole.
        broken = np.abs(answer.x - np.round(answer.x)) > 1e-6
        group = self.group[: len(self.least)][of]
        counts = np.bincount(group, broken, len(self.group))[group] == 0
        kept = np.arange(len(self.least))[of][counts]
        world = np.round(answer.x[counts])
        self.least[kept] = np.minimum(self.least[kept], world)
        self.most[kept] = np.maximum(self.most[kept], world)

    def _read(self, table: Table) -> dict[Secret, int]:
        """Set up one table's equations; returns its hidden numbers."""
        programme = self.programme
        numbers: dict[Secret, float | int] = {}
        secrets: dict[Secret, int] = {}
        #: By number and version what is known of it, or the unknown that it is, in any release.
        versions: dict[tuple[object, ...], float | int] = {}
        kinds = {cell.indicator_code: cell.aggregation for each in table.releases for cell in each}
        cells = {}
        for release, public in enumerate(table.releases):
            for cell in public:
                first = cell.period_start_date.toordinal()
                end = cell.period_end_date.toordinal() + 1
                for part in ("numerator", "denominator"):
                    if part == "denominator" and cell.aggregation.startswith(("count", "rate")):
                        continue
                    if part == "numerator" and cell.aggregation in _MEASURED:
                        continue
                    name: Secret = (
                        release,
                        cell.la_code,
                        cell.indicator_code,
                        part,
                        first,
                        end,
                        cell.breakdown,
                        cell.breakdown_value,
                    )
                    if name in numbers:
                        continue
                    value = getattr(cell, part)
                    cells[name] = cell
                    same = (*name[1:], table.version(name))
                    if value is not None:
                        numbers[name] = float(value)
                        # A number hidden before and shown now, unchanged, is no secret any more.
                        if isinstance(before := versions.get(same), int):
                            programme.demand([(1.0, before)], value, value)
                        versions[same] = numbers[name]
                    elif cell.symbol == "c":
                        if same not in versions:
                            versions[same] = programme.unknown()
                        numbers[name] = number = versions[same]
                        if isinstance(number, int):
                            secrets[name] = number
        # What is no longer shown is remembered, where it still holds; else it leaves a gap.
        newest = len(table.releases) - 1
        gaps = set()
        for name in [name for name in numbers if name[0] != newest]:
            newer = (newest, *name[1:])
            same = (*name[1:], table.version(newer))
            if newer not in numbers and same in versions:
                numbers[newer], cells[newer] = versions[same], cells[name]
            elif newer not in numbers:
                gaps.add(newer[:7])
        for one, other in table.same:
            self._compare(numbers, one, other, 0.0)
        for one, other in table.smaller:
            self._compare(numbers, one, other, np.inf)
        for each in table.known:
            if each.keys() <= numbers.keys():
                terms = [(weight, numbers[name]) for name, weight in each.items()]
                programme.demand(terms, 0.0, 0.0)
        self._percentages(numbers, cells, table.exceeding)
        self._breakdowns(numbers, kinds, table.complete, gaps)
        self._periods(numbers, kinds, table)
        return secrets

    def _compare(
        self,
        numbers: dict[Secret, float | int],
        one: tuple[str, str],
        other: tuple[str, str],
        most: float,
    ) -> None:
        for name, value in numbers.items():
            twin = (*name[:2], *other, *name[4:])
            if name[2:4] == one and twin in numbers:
                self.programme.demand([(1.0, numbers[twin]), (-1.0, value)], 0.0, most)

    def _percentages(
        self,
        numbers: dict[Secret, float | int],
        cells: dict[Secret, Cell],
        exceeding: frozenset[str],
    ) -> None:
        for name, numerator in numbers.items():
            below = (*name[:3], "denominator", *name[4:])
            if name[3] != "numerator" or below not in numbers:
                continue
            denominator = numbers[below]
            value = cells[name].value
            if cells[name].aggregation == "records_per_child":
                # Every child has a record, or it would not be counted; printed to a tenth.
                self.programme.demand([(1.0, numerator), (-1.0, denominator)], 0.0, np.inf)
                value = None if value is None else 100.0 * value
            elif name[2] not in exceeding:
                self.programme.demand([(1.0, denominator), (-1.0, numerator)], 0.0, np.inf)
            if value is not None:
                # Printed with at most one decimal: within half a point for sure.
                for sign in (1.0, -1.0):
                    self.programme.demand(
                        [(sign * 100.0, numerator), (-sign * value - 0.5, denominator)],
                        -np.inf,
                        0.0,
                    )

    def _breakdowns(
        self,
        numbers: dict[Secret, float | int],
        kinds: dict[str, str],
        complete: frozenset[tuple[str, str]],
        gaps: Collection[tuple[Any, ...]],
    ) -> None:
        groups: dict[tuple[Any, ...], dict[str, float | int]] = defaultdict(dict)
        for name, value in numbers.items():
            groups[name[:7]][name[7]] = value
        for group, values in groups.items():
            is_spread = kinds[group[2]].startswith("distribution")
            if is_spread and group[3] == "denominator":
                # All values of a distribution have one denominator, and they add up to it.
                denominators = list(values.values())
                for one, other in pairwise(denominators):
                    self.programme.demand([(1.0, one), (-1.0, other)], 0.0, 0.0)
                counted = groups.get((*group[:3], "numerator", *group[4:]), {})
                terms = [(-1.0, value) for value in counted.values()]
                most = np.inf if (*group[:3], "numerator", *group[4:]) in gaps else 0.0
                self.programme.demand([(1.0, denominators[0]), *terms], 0.0, most)
                continue
            whole = numbers.get((*group[:6], "all", "all"))
            if group[6] != "all" and whole is not None:
                is_all = (group[2], group[6]) in complete and group not in gaps
                most = 0.0 if is_all else np.inf
                terms = [(-1.0, value) for value in values.values()]
                self.programme.demand([(1.0, whole), *terms], 0.0, most)

    def _periods(
        self, numbers: dict[Secret, float | int], kinds: dict[str, str], table: Table
    ) -> None:
        lines: dict[tuple[Any, ...], dict[tuple[int, int], float | int]] = defaultdict(dict)
        for name, value in numbers.items():
            lines[*name[:4], *name[6:]][name[4:6]] = value
        totals: dict[tuple[Any, ...], dict[int, int]] = {}
        for line, periods in lines.items():
            kind = kinds[line[2]]
            is_followed = line[3] == "numerator" and line[2] in table.followed
            occasion = table.occasion.get(line[2], "any") if line[3] == "numerator" else "any"
            is_constant = line[4] in _CONSTANT and occasion == "any"
            if occasion == "last":  # as the first, with time turned round
                periods = {(-end, -start): value for (start, end), value in periods.items()}
            per_child = kind == "records_per_child"
            if kind.endswith("children") or (per_child and line[3] == "denominator"):
                # Any of a child's records may count it; elsewhere it may be that of another value.
                is_moved = line[3] == "numerator" and kind.startswith("share") and not is_constant
                self._unions(periods, is_constant, adds_up=not (is_followed or is_moved))
            elif per_child and not is_constant:
                self._unions(periods, is_constant, adds_up=False)
            elif is_followed:
                self._followed(periods)
            elif len(periods) > 1:
                totals[line] = self._running(periods)
        self._add_running(totals, lines, table.complete)
        for line, until in totals.items():
            below = (*line[:3], "denominator", *line[4:])
            is_part = kinds[line[2]].startswith("share") and line[2] not in table.exceeding
            if line[3] == "numerator" and is_part and below in totals:
                self._compare_running(until, totals[below])

    def _followed(self, periods: dict[tuple[int, int], float | int]) -> None:
        """How many began before a day and had been followed before another: every box has some.

        A period has those that began in it and were followed before its end.
        """
        programme = self.programme
        days = sorted({day for period in periods for day in period})
        seen = {(start, end): programme.unknown() for end in days for start in days if start <= end}
        for day, next_day in pairwise(days):
            for end, next_end in pairwise([0, *days]):
                if next_day > next_end:
                    continue
                box = [(1.0, seen[next_day, next_end]), (-1.0, seen[day, next_end])]
                if next_day <= end:
                    box += [(-1.0, seen[next_day, end]), (1.0, seen[day, end])]
                programme.demand(box, 0.0, np.inf)
        for (first, end), value in periods.items():
            terms = [(1.0, seen[end, end]), (-1.0, seen[first, end]), (-1.0, value)]
            programme.demand(terms, 0.0, 0.0)

    def _running(self, periods: dict[tuple[int, int], float | int]) -> dict[int, int]:
        """Running totals by day: a period is the difference of two of them."""
        programme = self.programme
        days = sorted({day for period in periods for day in period})
        until = {day: programme.unknown() for day in days}
        for day, next_day in pairwise(days):
            programme.demand([(1.0, until[next_day]), (-1.0, until[day])], 0.0, np.inf)
        programme.demand([(1.0, until[days[0]])], 0.0, 0.0)
        for (first, end), value in periods.items():
            programme.demand([(1.0, until[end]), (-1.0, until[first]), (-1.0, value)], 0.0, 0.0)
        return until

    def _compare_running(self, smaller: dict[int, int], larger: dict[int, int]) -> None:
        """Between any two days one count is at most the other."""
        for day, next_day in pairwise(sorted(smaller.keys() & larger.keys())):
            terms = [(1.0, larger[next_day]), (-1.0, larger[day])]
            terms += [(-1.0, smaller[next_day]), (1.0, smaller[day])]
            self.programme.demand(terms, 0.0, np.inf)

    def _add_running(
        self,
        totals: dict[tuple[Any, ...], dict[int, int]],
        lines: Collection[tuple[Any, ...]],
        complete: frozenset[tuple[str, str]],
    ) -> None:
        """Between any two days the values of a complete breakdown add up to the whole, too."""
        groups: dict[tuple[Any, ...], list[dict[int, int]]] = defaultdict(list)
        values: dict[tuple[Any, ...], set[str]] = defaultdict(set)
        for line in lines:
            values[line[1:5]].add(line[5])
        for line, until in totals.items():
            if line[4] != "all" and (line[2], line[4]) in complete:
                groups[line[:5]].append(until)
        for group, parts in groups.items():
            whole = totals.get((*group[:4], "all", "all"))
            if whole is None or len(parts) < len(values[group[1:]]):
                continue
            common = sorted(set(whole).intersection(*parts))
            for day, next_day in pairwise(common):
                terms = [(1.0, whole[next_day]), (-1.0, whole[day])]
                for until in parts:
                    terms += [(-1.0, until[next_day]), (1.0, until[day])]
                self.programme.demand(terms, 0.0, 0.0)

    def _unions(
        self, periods: dict[tuple[int, int], float | int], constant: bool, *, adds_up: bool
    ) -> None:
        """Children: at least those of any period inside, at most those of two that cover it.

        A child is in the breakdown of its first record. What followed after a part may be in the
        whole, so that a numerator that is followed may be more than those of its parts.
        """
        programme = self.programme
        for (first, end), value in periods.items():
            inside = [
                (other, number)
                for other, number in periods.items()
                if other != (first, end)
                and first <= other[0]
                and other[1] <= end
                and (constant or other[0] == first)
            ]
            for _, number in inside:
                programme.demand([(1.0, value), (-1.0, number)], 0.0, np.inf)
            tiles = {other: number for other, number in periods.items() if other != (first, end)}
            for one, number in tiles.items():
                for other, second in tiles.items():
                    starts = first == one[0] and other[1] == end and one[1] == other[0]
                    covers = one[0] <= first and end <= other[1] and other[0] <= one[1]
                    if adds_up and (starts or (constant and covers)):
                        programme.demand([(1.0, number), (1.0, second), (-1.0, value)], 0.0, np.inf)
