"""Which counts are the same, however many indicators print them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

from csc_warehouse.disclosure.cells import Cell, Part, Place, parts_of, place_of
from csc_warehouse.disclosure.relations import AT_MOST, SAME_AS, Relation

#: Two counts are taken for the same if they are equal in this many places, with this many values.
_EQUAL_PLACES = 6
_EQUAL_VALUES = 3
#: Of two of which one is at most the other, as full-time equivalents are of heads: anybody guesses
#: that they are the same, though there is one value.
_EQUAL_VALUES_WHERE_AT_MOST = 1


def roots_of(cells: Sequence[Cell], relations: Sequence[Relation]) -> dict[Part, Part]:
    """The counts that are the same as another: by the seed, or equal wherever both stand."""
    values: dict[Part, dict[Place, float]] = defaultdict(dict)
    for cell in cells:
        for part, value in parts_of(cell).items():
            values[cell.indicator_code, part][place_of(cell, part)] = value
    declared = {
        frozenset((each.part, each.related_part)) for each in relations if each.relation == SAME_AS
    }
    at_most = {
        frozenset((each.part, each.related_part)) for each in relations if each.relation == AT_MOST
    }
    roots = {part: part for part in sorted(values)}
    #: By root: the values of all that are the same, so that chance can't join what differs.
    joined = {part: dict(places) for part, places in values.items()}

    def root(part: Part) -> Part:
        while roots[part] != part:
            part = roots[part]
        return part

    def join(one: Part, other: Part) -> None:
        roots[other] = one
        joined[one] = {**joined.pop(other), **joined[one]}

    pairs = list(combinations(sorted(values), 2))
    for declares in (True, False):
        for one, other in pairs:
            first, second = sorted((root(one), root(other)))
            if first == second:
                continue
            if declares and frozenset((one, other)) in declared:
                join(first, second)
            elif not declares and _equal(
                values[one],
                values[other],
                _EQUAL_VALUES_WHERE_AT_MOST
                if frozenset((one, other)) in at_most
                else _EQUAL_VALUES,
            ):
                common = joined[first].keys() & joined[second].keys()
                if all(joined[first][place] == joined[second][place] for place in common):
                    join(first, second)
    return {part: root(part) for part in roots}


def _equal(one: Mapping[Place, float], other: Mapping[Place, float], fewest: int) -> bool:
    """Whether two counts are equal wherever both stand, with at least so many values."""
    if len(other) < len(one):
        one, other = other, one
    common = 0
    seen = set()
    for place, value in one.items():
        if place in other:
            if other[place] != value:
                return False
            common += 1
            seen.add(value)
    return common >= _EQUAL_PLACES and len(seen) >= fewest
