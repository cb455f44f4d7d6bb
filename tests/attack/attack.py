"""`make attack`: what can be worked out of the figures that disclosure control does not know.

Makes six fictional authorities, each with children of its own, and their release; or reads the
releases that are given. Two ways lead to the identities: the records behind the figures (counted
by the same indicators, so equal or adding up by definition), and the figures themselves by month
(no definition known). Each that several authorities confirm must follow from the equations of
disclosure control; those that do not are printed, and the command fails.

With `--months` the authorities take turns, month after month, each with a release of its own; then
somebody who has kept every release of an authority, and knows every identity that was found, tries
each release for what it hides, by whole numbers. It fails if anything comes out exactly or to
within three values.

    python tests/attack/attack.py --size 0.15
    python tests/attack/attack.py CSC_HOME/published/*/analyst.duckdb
    python tests/attack/attack.py --months 3 --authorities 4 --budget 3600
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from csc_fictional import generate
from csc_warehouse.disclosure.relations import read_identities, read_relations
from csc_warehouse.month import Month
from csc_warehouse.places import Home
from csc_warehouse.run_month import steps
from library.all_releases import attacked
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


def alternating(home: Home, la_codes: Sequence[str], size: float, months: int) -> list[Path]:
    """Releases of each authority by itself, month after month in turns, as they come out."""
    first = Month.of(MONTH).before(months - 1)
    for seed, la_code in enumerate(la_codes, start=1):
        generate(la_code, str(first), MONTH, size, seed, "ssd", home.landing)
    out = []
    for number in range(months):
        for la_code in la_codes:
            month = str(first.after(number))
            done = steps.run_month(
                home, [la_code], month, accept="made up", accepted_by="make attack"
            )
            print(f"{la_code} {month}: {done['release_id']}", flush=True)
            out.append(Path(done["path"]))
    return out


def attack_all(out: Sequence[Path], budget: float) -> int:
    """Try each release with all of its authority before it, the newest first; 1 if one gives."""
    by_authority: dict[str, list[Path]] = {}
    for folder in out:
        for la_code in authorities(folder / "analyst.duckdb"):
            by_authority.setdefault(la_code, []).append(folder)
    known = {
        la_code: figures(folders[-1] / "analyst.duckdb", la_code)
        for la_code, folders in by_authority.items()
    }
    proposals = set[Sum]().union(*map(proposed, known.values()))
    mined = confirmed(proposals, list(known.values()), min(3, len(known)))
    begun, tried, hidden, exact, near = time.monotonic(), 0, 0, 0, 0
    turns = max(map(len, by_authority.values()))
    for turn in range(turns, 0, -1):
        for la_code, folders in by_authority.items():
            if len(folders) < turn or time.monotonic() - begun > budget:
                continue
            found = attacked(folders[:turn], la_code, mined)
            tried, hidden = tried + 1, hidden + found.hidden
            exact, near = exact + len(found.exact), near + len(found.within_three)
            print(
                f"{la_code} with {turn} releases: {found.hidden} hidden numbers, "
                f"{len(found.exact)} exact, {len(found.within_three)} within three values",
                *(f"    {each}" for each in (*found.exact, *found.within_three)),
                sep="\n",
                flush=True,
            )
    print(
        f"{len(by_authority)} authorities, {tried} of {len(out)} releases, "
        f"{len(mined)} identities: {hidden} hidden numbers, {exact} found exactly, "
        f"{near} within three values"
    )
    return int(exact + near > 0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("databases", nargs="*", type=Path, help="analyst.duckdb of releases")
    parser.add_argument("--size", type=float, default=0.15, help="of the authorities made")
    parser.add_argument("--fewest", type=int, default=3, help="authorities that must confirm")
    parser.add_argument("--months", type=int, default=0, help="releases of each, taking turns")
    parser.add_argument("--authorities", type=int, default=3, help="that take turns")
    parser.add_argument("--budget", type=float, default=3600, help="seconds of trying releases")
    parser.add_argument("--home", type=Path, help="where they are made, to be tried again")
    asked = parser.parse_args()
    if asked.months:
        with TemporaryDirectory() as folder:
            home = Home(asked.home or Path(folder))
            la_codes = LA_CODES[: asked.authorities]
            return attack_all(alternating(home, la_codes, asked.size, asked.months), asked.budget)
    if asked.databases:
        return attack(asked.databases, asked.fewest)
    with TemporaryDirectory() as folder:
        return attack([fictional_release(Home(Path(folder)), asked.size)], asked.fewest)


if __name__ == "__main__":
    sys.exit(main())
