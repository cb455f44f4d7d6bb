"""An attacker who knows every equation is set upon random authorities, and finds nothing.

More of them: `CSC_RANDOM_TABLES=10000 pytest tests/properties/test_disclosure_attack.py`.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from library.attacker import Attack
from library.disclosure_tables import cases, everything_hidden_if_any_is_small

#: How many random authorities the attacker is set upon, and how many at a time.
TABLES = int(os.environ.get("CSC_RANDOM_TABLES", "2000"))
_BATCH = 500


def attack(numbers: range) -> tuple[int, int, int, int]:
    """Found, all cells, cells kept, and kept by the baseline, of the random authorities."""
    made = cases(numbers)
    attacker = Attack([case.table for case in made])
    assert attacker.believes([case.truths for case in made])
    found = sum(map(len, attacker.found(5)))
    full = [cell for case in made for release in case.full for cell in release]
    kept = sum(
        cell.symbol != "c" for case in made for release in case.table.releases for cell in release
    )
    baseline = sum(
        everything_hidden_if_any_is_small(release) for case in made for release in case.full
    )
    return found, len(full), kept, baseline


def test_a_solver_finds_nothing_in_random_tables_of_two_releases() -> None:
    batches = [range(start, start + _BATCH) for start in range(0, TABLES, _BATCH)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        totals = [sum(column) for column in zip(*pool.map(attack, batches), strict=True)]
    found, cells, kept, baseline = totals
    print(
        f"{TABLES} random authorities, two releases each: {found} of the hidden numbers found; "
        f"{kept / cells:.0%} of {cells} cells kept, {baseline / cells:.0%} where whole tables "
        "are withheld"
    )
    assert found == 0
    assert kept > baseline
