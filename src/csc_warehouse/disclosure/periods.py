"""How the counts of overlapping periods hang together: what one period says of another.

A period is a `Stretch` of days; a line is one count by period. Functions here know counts and
days only, nothing of cells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

#: First day, day after the last (ordinals).
Stretch = tuple[int, int]


def steps_of(line: Mapping[Stretch, object]) -> list[Stretch]:
    """The shortest stretches into which the periods of `line` cut the calendar they cover."""
    days = sorted({day for when in line for day in when})
    return [
        (first, last)
        for first, last in pairwise(days)
        if any(start <= first and last <= end for start, end in line)
    ]


def parts_by_step(line: Mapping[Stretch, float]) -> dict[Stretch, tuple[float, bool]] | None:
    """Of records: each step's count, and whether the periods tell it; None if they contradict it.

    Every period is the sum of its steps. Where the periods leave a step open, the count is one that
    agrees with all of them.
    """
    totals = _tied_totals(line)
    if totals is None:
        return None
    steps = steps_of(line)
    told = {
        step: totals[step[1]][1] - totals[step[0]][1]
        for step in steps
        if totals[step[0]][0] == totals[step[1]][0]
    }
    if any(count < 0 for count in told.values()):
        return None
    if len(told) == len(steps):
        return {step: (count, True) for step, count in told.items()}
    until = _any_totals(line, steps)
    if until is None:
        return None
    return {step: (until[step[1]] - until[step[0]], step in told) for step in steps}


def _tied_totals(line: Mapping[Stretch, float]) -> dict[int, tuple[int, float]] | None:
    """By day: the first day to which the periods of `line` tie it, and the count since then.

    None if two ways to the same day disagree.
    """
    neighbours: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for (first, last), value in line.items():
        neighbours[first].append((last, value))
        neighbours[last].append((first, -value))
    until: dict[int, tuple[int, float]] = {}
    for origin in sorted(neighbours):
        if origin in until:
            continue
        until[origin] = origin, 0.0
        waiting = [origin]
        while waiting:
            day = waiting.pop()
            for other, value in neighbours[day]:
                total = until[day][1] + value
                if other not in until:
                    until[other] = origin, total
                    waiting.append(other)
                elif until[other][1] != total:
                    return None
    return until


def _any_totals(line: Mapping[Stretch, float], steps: Sequence[Stretch]) -> dict[int, float] | None:
    """Running totals by day that agree with all periods, no step below 0; None if there are none.

    Differences of two totals are bounded, so that shortest paths answer it (Bellman and Ford).
    """
    bounds = [(last, first, 0.0) for first, last in steps]
    for (first, last), value in line.items():
        bounds += [(first, last, value), (last, first, -value)]
    until = {day: 0.0 for when in line for day in when}
    for _ in range(len(until) + 1):
        settled = True
        for start, end, most in bounds:
            if until[start] + most < until[end]:
                until[end] = until[start] + most
                settled = False
        if settled:
            return until
    return None


#: A step of the calendar, and the day by whose end the count was taken.
Seen = tuple[Stretch, int]


def parts_by_end(line: Mapping[Stretch, float]) -> dict[Seen, float] | None:
    """Of records that are counted once something has followed: each step's count by each end.

    A period counts those that began in it and of which it was so by its end; so a step's count can
    only grow from one end to a later one, and periods with the same end add up. Where the periods
    leave a count open, it is one that agrees with all. None if they contradict it.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # slow, see disclosure.protect

    first_start: dict[int, int] = {}
    for start, end in line:
        first_start[end] = min(start, first_start.get(end, start))
    seen = [
        (step, end)
        for end in sorted(first_start)
        for step in steps_of(line)
        if first_start[end] <= step[0] and step[1] <= end
    ]
    place = {each: number for number, each in enumerate(seen)}
    rows = np.zeros((len(line), len(seen)))
    for row, (start, end) in enumerate(line):
        for step, by_end in seen:
            rows[row, place[step, by_end]] = by_end == end and start <= step[0]
    totals = np.array(list(line.values()))
    constraints = [LinearConstraint(rows, totals, totals)]
    later = growth(seen)
    if later:
        grown = np.zeros((len(later), len(seen)))
        for row, (before, after) in enumerate(later):
            grown[row, place[before]], grown[row, place[after]] = -1.0, 1.0
        constraints.append(LinearConstraint(grown, 0.0, np.inf))
    answer = milp(
        np.zeros(len(seen)),
        constraints=constraints,
        bounds=Bounds(0.0, np.inf),
        integrality=np.ones(len(seen)),
    )
    if answer.x is None:
        return None
    return {each: float(round(answer.x[number])) for each, number in place.items()}


def growth(seen: Sequence[Seen]) -> list[tuple[Seen, Seen]]:
    """Of each step the count by one end, and by the next."""
    ends: dict[Stretch, list[int]] = defaultdict(list)
    for step, end in sorted(seen):
        ends[step].append(end)
    return [
        ((step, before), (step, after))
        for step, by_end in ends.items()
        for before, after in pairwise(by_end)
    ]


def covers(
    long: Stretch, ordered: Sequence[Stretch], *, by_start: bool
) -> list[tuple[Stretch, ...]]:
    """Two periods that cover `long` between them, and the row of the shortest within it.

    With `by_start` only periods end to end.
    """
    found: list[tuple[Stretch, ...]] = []
    firsts: dict[int, Stretch] = {}
    for when in ordered:
        starts = when[0] == long[0] if by_start else when[0] <= long[0]
        if starts and long[0] < when[1] < long[1]:
            firsts.setdefault(when[1], when)
    for end, first in firsts.items():
        seconds = [
            when
            for when in ordered
            if (when[0] == end and when[1] == long[1] if by_start else long[0] < when[0] <= end)
            and when[1] >= long[1]
        ]
        found += [
            (first, when)
            for when in seconds
            if not any(
                other != when and when[0] <= other[0] and other[1] <= when[1] for other in seconds
            )
        ]
    row: list[Stretch] = []
    starting: dict[int, Stretch] = {}
    for when in ordered:
        starting.setdefault(when[0], when)
    day = long[0]
    while day < long[1] and day in starting and starting[day] != long:
        row.append(starting[day])
        day = starting[day][1]
    if day == long[1] and len(row) > 2:
        found.append(tuple(row))
    return found
