"""Disclosure control: no public figure from which a child could be made out.

    protect(cells, previous_public, threshold) -> the same cells, some hidden

Applied once, to the one list of public cells, before any format is made of it. What is hidden, why
and what it does not promise: docs/disclosure-control.md.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from csc_warehouse.disclosure.cells import (
    AVERAGES,
    CONFIDENTIAL,
    EXTREMES,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    Cell,
    Remembered,
    rounded,
)
from csc_warehouse.disclosure.knowledge import assemble
from csc_warehouse.disclosure.relations import (
    Identity,
    Relation,
    read_identities,
    read_relations,
)
from csc_warehouse.disclosure.setting import Setting, threshold_of

__all__ = [
    "CONFIDENTIAL",
    "NOT_APPLICABLE",
    "NOT_AVAILABLE",
    "Cell",
    "Setting",
    "protect",
    "rounded",
    "threshold_of",
]

_log = logging.getLogger(__name__)


def protect(
    cells: Sequence[Cell],
    previous_public: Iterable[Cell] = (),
    threshold: int | None = None,
    *,
    was: Iterable[Cell] = (),
    now: Iterable[Cell] = (),
    earlier: Sequence[tuple[Iterable[Cell], Iterable[Cell]]] = (),
    relations: Sequence[Relation] | None = None,
    identities: Sequence[Identity] | None = None,
    settings: tuple[Setting, ...] = (),
) -> list[Cell]:
    """`cells` in their order, rounded as printed, None and a symbol where something is hidden.

    `cells` are all public figures of a release in full; `previous_public` is what `protect`
    returned for the release before, `was` and `now` are the same figures in full, as they were then
    and as they would be now, printed or not; those left out are taken for unchanged. `earlier` has
    both of all releases before that one, of which `now` has the figures too. Counts from 1
    to `threshold` are hidden, and whatever would tell one of them to less than `threshold`. It is
    by default the authority's own (`threshold_of`, of `settings` or the seed); `relations` and
    `identities` default to the seeds. The same cells in another order are protected in the same
    way. Raises ValueError for two cells of one key.
    """
    # A third of a second to import, with scipy: only where figures are protected.
    from csc_warehouse.disclosure.suppression import find_pattern

    by_authority: dict[str, list[int]] = defaultdict(list)
    for position in sorted(range(len(cells)), key=lambda position: cells[position].key):
        by_authority[cells[position].la_code].append(position)
    if len({cell.key for cell in cells}) < len(cells):
        raise ValueError("Two public cells have the same key: each figure is published once.")
    layers = [_remembered(public, then, now) for public, then in (*earlier, (previous_public, was))]
    relations = read_relations() if relations is None else relations
    identities = read_identities() if identities is None else identities
    protected: dict[int, Cell] = {}
    given_away = 0
    # One by one: what an authority hides does not hang on who else is in the release, and each
    # further one costs what the first did; nothing ties the counts of two.
    for la_code, positions in sorted(by_authority.items()):
        own = [cells[position] for position in positions]
        newest = max(cell.period_end_date for cell in own)
        largest = threshold or threshold_of(la_code, newest, settings)
        before = [layer[la_code] for layer in layers]
        unknowns = assemble(own, before, largest, relations, identities)
        pattern = find_pattern(unknowns, largest)
        given_away += len(pattern.given_away)
        for position, numbers in zip(positions, unknowns.of_cell, strict=True):
            hides = [number in pattern.hidden for number in numbers]
            protected[position] = _printed(cells[position], *hides)
    if given_away:
        _log.warning(
            "Hidden counts that can be worked out from what earlier releases showed: %d.",
            given_away,
        )
    return [protected[position] for position in range(len(cells))]


def _remembered(
    public: Iterable[Cell], was: Iterable[Cell], now: Iterable[Cell]
) -> dict[str, list[Remembered]]:
    """What the public remembers of a release, by authority."""
    were, are = ({cell.key: cell for cell in cells} for cells in (was, now))
    found: dict[str, list[Remembered]] = defaultdict(list)
    for cell in public:
        found[cell.la_code].append(Remembered(cell, were.get(cell.key), are.get(cell.key)))
    return found


def _printed(cell: Cell, hides_numerator: bool, hides_denominator: bool) -> Cell:
    """`cell` as the public sees it."""
    is_hidden = hides_numerator or hides_denominator
    if cell.value is None and not cell.denominator and not is_hidden:
        # Not there at all, or nothing to divide by.
        missing = NOT_APPLICABLE if cell.denominator == 0 else NOT_AVAILABLE
        return replace(cell, symbol=cell.symbol or missing)
    if cell.aggregation in EXTREMES:
        hides_numerator = True
    if cell.aggregation in AVERAGES and (hides_denominator or cell.denominator is None):
        hides_numerator = True
    hides_value = hides_numerator or hides_denominator
    value = rounded(cell.aggregation, cell.value, cell.numerator, cell.denominator)
    return replace(
        cell,
        numerator=None if hides_numerator else cell.numerator,
        denominator=None if hides_denominator else cell.denominator,
        value=None if hides_value or value is None else float(value),
        symbol=CONFIDENTIAL if hides_value else cell.symbol,
    )
