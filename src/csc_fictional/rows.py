"""Rows of the simulated truth: a table is a mapping of column name to an array of equal length.

Every table has `rid` (row number, unique in its table), `person` (person number), `rec` (day on
which the row was recorded), `gone` (day on which it was deleted, else NEVER) and `keep` (the row
is in an extract as long as the six-year window starts on or before this day).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from csc_fictional.clock import NEVER, Flags, Ints

Rows = dict[str, np.ndarray]


def length(rows: Rows) -> int:
    """How many rows."""
    return len(next(iter(rows.values()))) if rows else 0


def take(rows: Rows, which: np.ndarray) -> Rows:
    """The chosen rows (a mask or positions)."""
    return {name: values[which] for name, values in rows.items()}


def stack(tables: Iterable[Rows]) -> Rows:
    """Tables with the same columns, one below the other."""
    parts = [table for table in tables if table]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def repeat_each(count: Ints) -> tuple[Ints, Ints]:
    """For rows repeated `count` times each: the source row and the number of the repeat."""
    source = np.repeat(np.arange(len(count)), count)
    first = np.cumsum(count) - count
    return source, np.arange(len(source)) - first[source]


def first_of_each(*keys: np.ndarray) -> Flags:
    """True for the first row with each combination of keys, in the order of the rows."""
    order = np.lexsort((np.arange(len(keys[0])), *reversed(keys)))
    is_new = np.ones(len(order), dtype=bool)
    if len(order) > 1:
        same = np.ones(len(order) - 1, dtype=bool)
        for key in keys:
            same &= key[order][1:] == key[order][:-1]
        is_new[1:] = ~same
    chosen = np.zeros(len(order), dtype=bool)
    chosen[order[is_new]] = True
    return chosen


def without_overlaps(owner: np.ndarray, start: Ints, end: Ints, gap: int = 1) -> Flags:
    """True for rows that start at least `gap` after the end of the kept ones of their owner."""
    order = np.lexsort((end, start, owner))
    while len(order) > 1:
        latest = np.maximum.accumulate(end[order] + owner[order] * 1_000_000_000)
        clash = np.zeros(len(order), dtype=bool)
        clash[1:] = (owner[order][1:] == owner[order][:-1]) & (
            start[order][1:] + owner[order][1:] * 1_000_000_000 < latest[:-1] + gap
        )
        # drop only the first clash of each run: the next may fit once it is gone
        drop = clash.copy()
        drop[1:] &= ~clash[:-1]
        if not drop.any():
            break
        order = order[~drop]
    kept = np.zeros(len(owner), dtype=bool)
    kept[order] = True
    return kept


def finish(rows: Rows, first_rid: int) -> Rows:
    """Number the rows and fill what is common to all tables."""
    count = length(rows)
    rows = {"rid": first_rid + np.arange(count, dtype=np.int64), **rows}
    rows.setdefault("gone", np.full(count, NEVER, dtype=np.int64))
    return rows


def look_up(keys: Ints, values: np.ndarray, wanted: Ints, missing: int = -1) -> np.ndarray:
    """The value of each wanted key (keys are unique), `missing` where there is none."""
    if not len(keys):
        return np.full(len(wanted), missing)
    order = np.argsort(keys, kind="stable")
    place = np.minimum(np.searchsorted(keys[order], wanted), len(order) - 1)
    return np.where(keys[order][place] == wanted, values[order][place], missing)
