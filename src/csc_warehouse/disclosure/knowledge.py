"""What can be worked out from what: the counts behind the public cells, and every equation that
ties them together.

The unknowns are counts (`numerator`, `denominator` and what is left of it), one for each thing that
is counted, however many cells print it. All equations have the right-hand side 0:

- numerator + the rest = denominator;
- the values of a breakdown, and what is in none of them, add up to the whole;
- of records: a period is the sum of the shortest stretches of days into which all periods cut the
  calendar; so months, quarters, years, years to date and rolling windows are tied at once;
- of children: a longer period has at least as many as one within it, and at most as many as the
  periods that make it up (a child who comes twice counts once);
- what the seeds say of two indicators, and two that are equal wherever both stand;
- what the seeds say of more: indicators that are the parts of another, and a stock, which is that
  of a month end before with what came since and without what went.

An equation is written down only where it is true, so that the worst that somebody may know is
assumed: more than a reader can be sure of.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from csc_warehouse.disclosure.cells import (
    Cell,
    Part,
    Place,
    Remembered,
    counts_children,
    parts_of,
    place_of,
)
from csc_warehouse.disclosure.periods import (
    Seen,
    Stretch,
    covers,
    growth,
    parts_by_end,
    parts_by_step,
)
from csc_warehouse.disclosure.relations import (
    AT_MOST,
    PART_OF,
    SAME_AS,
    TELLS,
    Identity,
    Relation,
)
from csc_warehouse.disclosure.same_counts import roots_of
from csc_warehouse.disclosure.unknowns import Unknowns

#: Breakdowns by something that doesn't change from one of a child's records to the next.
_FIXED_FOR_A_CHILD = frozenset({"all", "sex", "ethnic_group", "disability"})

#: A shorter stretch of days, left over between two periods, is nobody's figure.
_SHORTEST_PERIOD_DAYS = 28

#: What hiding a count costs: a whole more than a part of it, a denominator more than a numerator, a
#: true zero more than a number, a number more than one a tenth as large.
_COST = 1.0
_COST_OF_A_DIGIT = 0.5
_COST_OF_A_DENOMINATOR = 2.0
_COST_OF_A_WHOLE = 4.0
_COST_OF_A_ZERO = 3.0


#: One thing that is counted, by one value of a breakdown.
Line = tuple[Part, str, str]


def assemble(
    cells: Sequence[Cell],
    before: Sequence[Sequence[Remembered]],
    threshold: int,
    relations: Sequence[Relation],
    identities: Sequence[Identity] = (),
) -> Unknowns:
    """The unknowns of one authority's `cells` and of its figures in the releases `before`.

    Values from 1 to `threshold` are small. The order of cells doesn't matter.
    """
    return _Assembly(cells, before, threshold, relations, identities).unknowns


class _Assembly:
    """The work of `assemble`, step by step."""

    def __init__(
        self,
        cells: Sequence[Cell],
        before: Sequence[Sequence[Remembered]],
        threshold: int,
        relations: Sequence[Relation],
        identities: Sequence[Identity],
    ) -> None:
        self.threshold = threshold
        self.unknowns = Unknowns()
        printed = {cell.key for cell in cells}
        gone = [each for layer in before for each in layer if each.public.key not in printed]
        counted = [*cells, *(each.now for each in gone if each.now)]
        self.aggregations: dict[str, str] = {
            cell.indicator_code: cell.aggregation for cell in counted
        }
        self.roots = roots_of(counted, relations)
        self.at: dict[tuple[Part, Place], int] = {}
        self.by_root: dict[Part, dict[Place, int]] = defaultdict(dict)
        self.members: dict[Part, set[Part]] = defaultdict(set)
        for cell in sorted(cells, key=lambda each: each.key):
            for part, value in parts_of(cell).items():
                self._print((cell.indicator_code, part), place_of(cell, part), value)
        self._keep(gone)
        told = {each.part[0]: each.related_part for each in relations if each.relation == TELLS}
        self.unknowns.of_cell = [
            (
                self.at.get((told[cell.indicator_code], place_of(cell, "numerator")))
                if cell.indicator_code in told
                else self._find(cell, "numerator"),
                self._find(cell, "denominator"),
            )
            for cell in cells
        ]
        #: Of earlier releases: the numbers that differ now, or have left the report, by what was.
        self.was_at: dict[tuple[Part, Place, float], int] = {}
        #: Of the release that is being looked at, those numbers, and where its numbers stand.
        self.bygone: set[int] = set()
        self.at_before: dict[tuple[Part, Place], int] = {}
        earlier = [(layer, *self._remember(layer)) for layer in before]
        # To hide again what some release has shown as it is now protects nobody.
        self.unknowns.was_hidden = [
            hidden and not known
            for hidden, known in zip(self.unknowns.was_hidden, self.unknowns.is_known, strict=True)
        ]
        self._rests(counted, self.at)
        self._breakdowns(self.by_root)
        #: Lines of the present release whose periods add up, with their shortest stretches.
        self.additive: dict[Line, Mapping[Stretch, int]] = {}
        self.counted_up: dict[tuple[Line, Stretch], int] = {}
        self._periods()
        self._between(self.additive, self.by_root, self.additive)
        for layer, by_root, self.at_before, self.bygone in earlier:
            if not self.bygone:
                continue
            self._rests([each.public for each in layer], self.at_before)
            self._breakdowns(by_root)
            changed = self._periods_before(by_root)
            self._between({**self.additive, **changed}, by_root, changed)
            for identity in identities:
                self._identify(identity, {**self.at, **self.at_before})
        self._relate(relations)
        for identity in identities:
            self._identify(identity, self.at)

    def _is_small(self, value: float) -> bool:
        return 1 <= value <= self.threshold

    def _find(self, cell: Cell, part: str) -> int | None:
        return self.at.get(((cell.indicator_code, part), place_of(cell, part)))

    def _place(self, part: Part, place: Place, value: float) -> int:
        """A count that is as it stands there now: a new unknown, or the one that it shares."""
        unknowns = self.unknowns
        root = self.roots.get(part, part)
        number = self.by_root[root].get(place)
        if number is not None and unknowns.values[number] != value:
            root = part
            number = self.by_root[root].get(place)
        if number is None:
            number = self.by_root[root][place] = unknowns.add(value)
        self.members[root].add(part)
        self.at[part, place] = number
        return number

    def _print(self, part: Part, place: Place, value: float) -> None:
        """A count that a cell prints, and what it costs to hide it."""
        unknowns = self.unknowns
        number = self._place(part, place, value)
        unknowns.is_printed[number] = True
        unknowns.is_small[number] = self._is_small(value)
        unknowns.costs[number] += (
            _COST
            + (_COST_OF_A_WHOLE if place[1] == "all" else 0)
            + (_COST_OF_A_DENOMINATOR if part[1] == "denominator" else 0)
            + (_COST_OF_A_ZERO if value == 0 else _COST_OF_A_DIGIT * math.log10(value + 1))
        )

    def _keep(self, gone: Sequence[Remembered]) -> None:
        """What only the previous release has, and still holds, beside the figures of now.

        It can't be hidden any more; what was hidden of it is to be protected, whatever its size.
        """
        unknowns = self.unknowns
        for each in sorted(gone, key=lambda each: each.public.key):
            cell, shown = each.public, parts_of(each.public)
            for name, value in each.still_holds.items():
                number = self._place((cell.indicator_code, name), place_of(cell, name), value)
                if name not in shown and not unknowns.is_printed[number]:
                    unknowns.is_small[number] = True

    def _remember(
        self, earlier: Sequence[Remembered]
    ) -> tuple[dict[Part, dict[Place, int]], dict[tuple[Part, Place], int], set[int]]:
        """What an earlier release showed is known where it still holds; what it hid stays hidden.

        Returns its counts, by what is counted and by part, and those that have changed. One that
        has is a number of its own, the same in all releases that had it, and is to be protected if
        it was hidden; of which it is not known what it was is taken as now.
        """
        unknowns = self.unknowns
        before: dict[Part, dict[Place, int]] = defaultdict(dict)
        at: dict[tuple[Part, Place], int] = {}
        bygone: set[int] = set()
        for each in sorted(earlier, key=lambda each: each.public.key):
            cell, shown = each.public, parts_of(each.public)
            self.aggregations.setdefault(cell.indicator_code, cell.aggregation)
            for name in ("numerator", "denominator"):
                part, place = (cell.indicator_code, name), place_of(cell, name)
                number = self.at.get((part, place))
                if name not in shown and each.is_hidden and number is not None:
                    unknowns.was_hidden[number] = True
                value = each.parts.get(name)
                root = self.roots.get(part, part)
                if value is not None and (number is None or unknowns.values[number] != value):
                    number = self.was_at.get((root, place, value))
                    if number is None:
                        number = unknowns.add(value, is_small=name not in shown)
                        self.was_at[root, place, value] = number
                    bygone.add(number)
                if number is not None:
                    unknowns.is_known[number] |= name in shown
                    before[root][place] = at[part, place] = number
                    self.members[root].add(part)
        return before, at, bygone

    def _is_old_news(self, places_by_root: object, numbers: Iterable[int]) -> bool:
        """Of the previous release only what it says beside the present one is of interest."""
        return places_by_root is not self.by_root and self.bygone.isdisjoint(numbers)

    def _rests(self, cells: Sequence[Cell], at: Mapping[tuple[Part, Place], int]) -> None:
        """Numerator + the rest = denominator; the values of a distribution are all of it."""
        done = set()
        values_of: dict[int, dict[int, None]] = defaultdict(dict)
        for cell in cells:
            pair = numerator, denominator = (
                at.get(((cell.indicator_code, "numerator"), place_of(cell, "numerator"))),
                at.get(((cell.indicator_code, "denominator"), place_of(cell, "denominator"))),
            )
            if numerator is None or denominator is None or numerator == denominator or pair in done:
                continue
            done.add(pair)
            if at is not self.at and self.bygone.isdisjoint((numerator, denominator)):
                continue
            if cell.is_ratio:
                self._at_most([denominator], [numerator])
                continue
            if cell.is_distribution:
                values_of[denominator][numerator] = None
            if cell.is_share or cell.breakdown != "all":
                self._part_of(numerator, denominator)
        for denominator, numerators in sorted(values_of.items()):
            self._sum(sorted(numerators), denominator)

    def _part_of(self, part: int, whole: int) -> None:
        self._sum([part], whole, is_complete=False)

    def _sum(self, parts: Sequence[int], whole: int, *, is_complete: bool = True) -> None:
        """The `parts` and what is in none of them add up to `whole`; nothing if they exceed it.

        Where nothing is left, and they are a complete breakdown, everybody may know that.
        """
        values = self.unknowns.values
        rest = values[whole] - sum(values[number] for number in parts)
        if rest < 0:
            return
        equation = [(number, 1.0) for number in parts] + [(whole, -1.0)]
        if rest > 0 or not is_complete:
            equation.append((self.unknowns.add(rest, is_small=self._is_small(rest)), 1.0))
        self.unknowns.equations.append(equation)

    def _breakdowns(self, places_by_root: Mapping[Part, Mapping[Place, int]]) -> None:
        for places in places_by_root.values():
            groups: dict[tuple[Stretch, str], list[int]] = defaultdict(list)
            for (when, breakdown, _), number in places.items():
                groups[when, breakdown].append(number)
            for (when, breakdown), numbers in groups.items():
                whole = places.get((when, "all", "all"))
                if breakdown == "all" or whole is None:
                    continue
                if not self._is_old_news(places_by_root, [*numbers, whole]):
                    self._sum(numbers, whole)

    def _lines(
        self, places_by_root: Mapping[Part, Mapping[Place, int]]
    ) -> Iterator[tuple[Part, str, str, dict[Stretch, int]]]:
        """The counts of one thing and breakdown value, by period."""
        for root, places in places_by_root.items():
            lines: dict[tuple[str, str], dict[Stretch, int]] = defaultdict(dict)
            for (when, breakdown, value), number in places.items():
                lines[breakdown, value][when] = number
            for (breakdown, value), line in lines.items():
                yield root, breakdown, value, line

    def _are_children(self, root: Part) -> bool:
        return all(
            counts_children(self.aggregations[code], name) for code, name in self.members[root]
        )

    def _periods(self) -> None:
        for root, breakdown, value, line in self._lines(self.by_root):
            if len(line) < 2:
                continue
            if not self._are_children(root):
                if steps := self._add_up(line):
                    self.additive[root, breakdown, value] = steps
                    continue
                if self._grow(line):
                    continue
            self._contain(line, by_start=breakdown not in _FIXED_FOR_A_CHILD)

    def _between(
        self,
        additive: Mapping[Line, Mapping[Stretch, int]],
        at: Mapping[Part, Collection[Place]],
        lines: Collection[Line],
    ) -> None:
        """Of a stretch that no cell prints, but to which the periods of any of `lines` add up."""
        for parts, whole, write in self._ties(additive):
            if set(lines).isdisjoint([*parts, whole]):
                continue
            common = set.intersection(*(set(additive[line]) for line in [*parts, whole]))
            for step in sorted(common):
                if (step, *whole[1:]) not in at[whole[0]]:
                    write([additive[line][step] for line in parts], additive[whole][step])

    def _ties(
        self, lines: Collection[Line]
    ) -> Iterator[tuple[list[Line], Line, Callable[[list[int], int], None]]]:
        """The values of a breakdown and the whole; a share's numerator and its denominator."""
        values: dict[tuple[Part, str], list[Line]] = defaultdict(list)
        for line in lines:
            values[line[:2]].append(line)
        for (root, breakdown), parts in values.items():
            if breakdown != "all" and (root, "all", "all") in lines:
                yield parts, (root, "all", "all"), self._sum
        for code, aggregation in sorted(self.aggregations.items()):
            above, below = (self.roots.get((code, name)) for name in ("numerator", "denominator"))
            if aggregation.startswith("share") and below is not None:
                for root, breakdown, value in lines:
                    if root == above and (below, breakdown, value) in lines:
                        yield (
                            [(root, breakdown, value)],
                            (below, breakdown, value),
                            lambda smaller, larger: self._at_most(smaller, [larger]),
                        )

    def _periods_before(
        self, before: Mapping[Part, Mapping[Place, int]]
    ) -> dict[Line, Mapping[Stretch, int]]:
        """The previous release's periods, beside those of the present one that fit them.

        So a new quarter can't give away a month that is no longer shown. Returns the lines in which
        anything has changed and whose periods add up, with their shortest stretches.
        """
        additive: dict[Line, Mapping[Stretch, int]] = {}
        present = {
            (root, breakdown, value): line
            for root, breakdown, value, line in self._lines(self.by_root)
        }
        for root, breakdown, value, line in self._lines(before):
            both = {**present.get((root, breakdown, value), {}), **line}
            if len(both) < 2 or self.bygone.isdisjoint(line.values()):
                continue
            if not self._are_children(root):
                if steps := self._add_up(both) or self._add_up(line):
                    additive[root, breakdown, value] = steps
                    continue
                if self._grow(line):
                    continue
            self._contain(both, by_start=breakdown not in _FIXED_FOR_A_CHILD)
        return additive

    def _step(self, step: Stretch, value: float, *, is_told: bool) -> int:
        """A stretch that no cell prints; `is_told`: it follows by subtraction from the figures."""
        is_long = step[1] - step[0] >= _SHORTEST_PERIOD_DAYS
        return self.unknowns.add(value, is_small=is_told and is_long and self._is_small(value))

    def _add_up(self, line: Mapping[Stretch, int]) -> Mapping[Stretch, int]:
        """Each period is the sum of its shortest stretches, which are returned.

        None are if the figures contradict it.
        """
        values = {when: self.unknowns.values[number] for when, number in line.items()}
        counts = parts_by_step(values)
        if counts is None:
            return {}
        numbers = {
            step: line[step] if step in line else self._step(step, value, is_told=is_told)
            for step, (value, is_told) in counts.items()
        }
        for when, number in line.items():
            steps = [step for step in numbers if when[0] <= step[0] and step[1] <= when[1]]
            self._is_sum(number, [numbers[step] for step in steps])
        return numbers

    def _grow(self, line: Mapping[Stretch, int]) -> bool:
        """Records that count once something has followed: a later end finds no fewer of them.

        Periods with the same end add up. False if the figures contradict it.
        """
        counts = parts_by_end({when: self.unknowns.values[number] for when, number in line.items()})
        if counts is None:
            return False
        starts: dict[int, list[int]] = defaultdict(list)
        for start, end in sorted(line):
            starts[end].append(start)
        numbers: dict[Seen, int] = {}
        for end, days in starts.items():
            pieces = []
            for piece in pairwise([*days, end]):
                steps = [
                    step
                    for step, by_end in counts
                    if by_end == end and piece[0] <= step[0] and step[1] <= piece[1]
                ]
                whole = line.get(piece)
                if whole is None or piece[1] != end:
                    value = sum(counts[step, end] for step in steps)
                    whole = self._step(piece, value, is_told=True)
                pieces.append(whole)
                for step in steps:
                    alone = len(steps) == 1
                    numbers[step, end] = (
                        whole if alone else self._step(step, counts[step, end], is_told=False)
                    )
                self._is_sum(whole, [numbers[step, end] for step in steps])
            for place, start in enumerate(days):
                self._is_sum(line[start, end], pieces[place:])
        for before, after in growth(list(counts)):
            self._at_most([numbers[before]], [numbers[after]])
        return True

    def _is_sum(self, whole: int, parts: Sequence[int]) -> None:
        if list(parts) != [whole]:
            self.unknowns.equations.append([(part, 1.0) for part in parts] + [(whole, -1.0)])

    def _contain(self, line: Mapping[Stretch, int], *, by_start: bool) -> None:
        """Children: a period has at least those of any within it, at most those of its parts.

        With `by_start` only of a period that starts on the same day: a child's breakdown is that of
        its first record in the period.
        """
        ordered = sorted(line, key=lambda when: (when[1] - when[0], when))
        for long in ordered:
            within = [
                when
                for when in ordered
                if when != long
                and long[0] <= when[0]
                and when[1] <= long[1]
                and (when[0] == long[0] or not by_start)
            ]
            for short in within:
                if not any(
                    other != short and other[0] <= short[0] and short[1] <= other[1]
                    for other in within
                ):
                    self._at_most([line[short]], [line[long]])
            for cover in covers(long, ordered, by_start=by_start):
                self._at_most([line[long]], [line[when] for when in cover])

    def _at_most(self, smaller: Sequence[int], larger: Sequence[int]) -> None:
        values = self.unknowns.values
        slack = sum(values[number] for number in larger) - sum(values[number] for number in smaller)
        if slack >= 0:
            self.unknowns.equations.append(
                [(number, 1.0) for number in smaller]
                + [(number, -1.0) for number in larger]
                + [(self.unknowns.add(slack), 1.0)]
            )

    def _relate(self, relations: Iterable[Relation]) -> None:
        places: dict[Part, dict[Place, int]] = defaultdict(dict)
        for (part, place), number in self.at.items():
            places[part][place] = number
        done = set()
        for relation in relations:
            if relation.relation == SAME_AS:
                continue
            for place in {**places[relation.part], **places[relation.related_part]}:
                one = self._counted_up(relation.part, place)
                other = self._counted_up(relation.related_part, place)
                if one is None or other is None or one == other or (one, other) in done:
                    continue
                done.add((one, other))
                if relation.relation == PART_OF:
                    self._part_of(one, other)
                elif relation.relation == AT_MOST:
                    self._at_most([one], [other])

    def _identify(self, identity: Identity, at: Mapping[tuple[Part, Place], int]) -> None:
        (self._balance if identity.is_balance else self._whole)(identity, at)

    def _whole(self, identity: Identity, at: Mapping[tuple[Part, Place], int]) -> None:
        """The counts of several indicators, and what is in none of them, add up to another's."""
        counted = [identity.whole, *(part for part, _ in identity.parts)]
        for place in sorted({place for part, place in at if part in counted}):
            whole, *parts = (self._count(at, part, place) for part in counted)
            if whole is None or None in parts or whole in parts:
                continue
            numbers = [number for number in parts if number is not None]
            if at is self.at or not self.bygone.isdisjoint([whole, *numbers]):
                self._sum(numbers, whole)

    def _balance(self, identity: Identity, at: Mapping[tuple[Part, Place], int]) -> None:
        """A stock is that of an earlier day, with what came since and without what went.

        Between neighbouring month ends and over every period in which somebody counts either; of
        breakdowns only where nobody changes from one value to another while in the stock. Where it
        does not hold of a part of a period, it holds of the whole by chance, and nobody knows it.
        """
        flows = [part for part, _ in identity.parts]
        stocks: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
        periods: dict[tuple[str, str], set[Stretch]] = defaultdict(set)
        for (part, (when, breakdown, value)), number in at.items():
            if breakdown in _FIXED_FOR_A_CHILD and part == identity.whole:
                stocks[breakdown, value][when[1]] = number
            elif part in flows:
                periods[breakdown, value].add(when)
        for group, by_day in sorted(stocks.items()):
            fails: list[Stretch] = []
            stretches = {*pairwise(sorted(by_day)), *periods[group]}
            for when in sorted(stretches, key=lambda each: (each[1] - each[0], each)):
                if when[0] not in by_day or when[1] not in by_day:
                    continue
                if any(when[0] <= part[0] and part[1] <= when[1] for part in fails):
                    continue
                equation = [(by_day[when[0]], 1.0), (by_day[when[1]], -1.0)]
                for part, sign in identity.parts:
                    flow = self._count(at, part, (when, *group))
                    if flow is not None:
                        equation.append((flow, sign))
                is_old = at is not self.at and self.bygone.isdisjoint(dict(equation))
                values = [self.unknowns.values[number] * sign for number, sign in equation]
                if len(equation) < len(flows) + 2:
                    continue
                if sum(values):
                    fails.append(when)
                elif not is_old:
                    self.unknowns.equations.append(equation)

    def _count(self, at: Mapping[tuple[Part, Place], int], part: Part, place: Place) -> int | None:
        number = at.get((part, place))
        return self._counted_up(part, place) if number is None else number

    def _counted_up(self, part: Part, place: Place) -> int | None:
        """The count of a cell, or of a period that the periods of other cells add up to, or None.

        So the months of one indicator don't give away what is left of another's quarter.
        """
        if (part, place) in self.at:
            return self.at[part, place]
        when, breakdown, value = place
        line = (self.roots.get(part, part), breakdown, value)
        steps = [
            (step, number)
            for step, number in sorted(self.additive.get(line, {}).items())
            if when[0] <= step[0] and step[1] <= when[1]
        ]
        edges = [when[0], *(last for (_, last), _ in steps)]
        if not steps or [first for (first, _), _ in steps] != edges[:-1] or edges[-1] != when[1]:
            return None
        numbers = [number for _, number in steps]
        if (line, when) not in self.counted_up:
            whole = self._step(
                when, sum(self.unknowns.values[number] for number in numbers), is_told=False
            )
            self._is_sum(whole, numbers)
            self.counted_up[line, when] = whole
        return self.counted_up[line, when]
