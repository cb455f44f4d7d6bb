"""`make attack`: what can be worked out of the figures that disclosure control does not know.

Makes six fictional authorities, each with children of its own, and their release; or reads the
releases that are given. Two ways lead to the identities: the records behind the figures (counted
by the same indicators, so equal or adding up by definition), and the figures themselves by month
(no definition known). Each that several authorities confirm must follow from the equations of
disclosure control; those that do not are printed, and the command fails.

    python tests/attack/attack.py --size 0.15
    python tests/attack/attack.py CSC_HOME/published/*/analyst.duckdb
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from csc_fictional import generate
from csc_warehouse.disclosure.relations import read_identities, read_relations
from csc_warehouse.run_month import steps
from csc_warehouse.settings import Home
from library.identities import (
    Sum,
    authorities,
    confirmed,
    counted,
    figures,
    holds,
    missing,
    proposed,
    said,
    sums,
)

MONTH = "2022-09"
LA_CODES = ("991", "992", "993", "994", "995", "996")


def fictional_release(home: Home, size: float) -> Path:
    """The analyst database of a release of six authorities of that size, made in `home`."""
    for seed, la_code in enumerate(LA_CODES, start=1):
        generate(la_code, MONTH, MONTH, size, seed, "ssd", home.landing)
    steps.run_month(home, LA_CODES, MONTH, accept="made up", accepted_by="make attack")
    return Path(home.current / "analyst.duckdb")


def attack(databases: Sequence[Path], fewest: int) -> int:
    """Print what does not follow; 1 if anything does not, else 0."""
    places = [(database, la_code) for database in databases for la_code in authorities(database)]
    by_month = [figures(*place) for place in places]
    mined = confirmed(set[Sum]().union(*map(proposed, by_month)), by_month, fewest)
    records = [counted(*place) for place in places]
    defined = [
        each
        for each in set[Sum]().union(*map(sums, records))
        if all(holds(each, known) for known in records)
    ]
    relations, identities = read_relations(), read_identities()
    found = 0
    for name, all_sums, known in (("figures", mined, by_month), ("records", defined, records)):
        unknown = missing(sorted(all_sums), relations, identities, known)
        bare = missing(sorted(all_sums), (), ())
        print(
            f"By {name}: {len(all_sums)} identities of {len(places)} authorities, "
            f"{len(bare)} of which need a relation; {len(unknown)} are known by none:"
        )
        for each in unknown:
            print(f"    0 = {said(each)}")
        found += len(unknown)
    if found:
        print("Add them to seeds/indicators/indicator_relation.csv or indicator_identity.csv.")
    return int(found > 0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("databases", nargs="*", type=Path, help="analyst.duckdb of releases")
    parser.add_argument("--size", type=float, default=0.15, help="of the authorities made")
    parser.add_argument("--fewest", type=int, default=3, help="authorities that must confirm")
    asked = parser.parse_args()
    if asked.databases:
        return attack(asked.databases, asked.fewest)
    with TemporaryDirectory() as folder:
        return attack([fictional_release(Home(Path(folder)), asked.size)], asked.fewest)


if __name__ == "__main__":
    sys.exit(main())
