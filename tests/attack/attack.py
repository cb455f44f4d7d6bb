"""`make attack`: what can be worked out of the figures that disclosure control does not know.

Makes six fictional authorities, each with children of its own, and their release; or reads the
releases that are given. Two ways lead to the identities: the records behind the figures (counted
by the same indicators, so equal or adding up by definition), and the figures themselves by month
(no definition known). Each that several authorities confirm must follow from the equations of
disclosure control; those that do not are printed, and the command fails.

With `--months` half of the authorities of a home take turns with the other half, month after month;
in one month all files are corrected and it comes out again, and a release is withdrawn. Then
somebody who has kept every release of an authority, and knows every identity that was found, tries
all of them at once for what they hide, by whole numbers. It fails if anything comes out exactly or
to within three values.

    python tests/attack/attack.py --size 0.15
    python tests/attack/attack.py CSC_HOME/published/*/analyst.duckdb
    python tests/attack/attack.py --kept
    python tests/attack/attack.py --months 5 --authorities 21 --budget 3600
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[1]))

import duckdb

from csc_fictional import FICTIONAL_CODES, generate
from csc_warehouse import report
from csc_warehouse.disclosure import CONFIDENTIAL, protect
from csc_warehouse.disclosure.cells import EXTREMES
from csc_warehouse.disclosure.relations import read_identities, read_relations
from csc_warehouse.month import Month
from csc_warehouse.places import Home
from csc_warehouse.report import reading
from csc_warehouse.run_month import publication, steps
from library.all_releases import attacked
from library.disclosure_tables import is_small
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
from library.rounding import rounded_to_five

MONTH = "2022-09"
#: As many authorities of those that take turns are in one home.
MOST_IN_A_HOME = 7

#: Their sizes, again and again (1: 45,000 children).
SIZES = (0.15, 0.05, 0.3, 0.1, 0.05, 0.2, 1.0)

#: Those of the authorities of which is said how much is shown.
KEPT_SIZES = (0.15, 0.15, 0.3, 0.3, 1.0)

#: What a release has beside the public figures, and who writes it.
OTHER_FORMS = (
    *((report, name) for name in ("write_public", "write_workbook", "write_packs",
                                  "write_internal")),
    (publication, "_write_parquet"),
)  # fmt: skip


def fictional_release(home: Home, sizes: Sequence[float]) -> Path:
    """The analyst database of a release of an authority of each of those sizes, made in `home`."""
    la_codes = FICTIONAL_CODES[: len(sizes)]
    for seed, (la_code, size) in enumerate(zip(la_codes, sizes, strict=True), start=1):
        generate(la_code, MONTH, MONTH, size, seed, "ssd", home.landing)
    return public_release(home, la_codes, MONTH) / "analyst.duckdb"


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


@dataclass(frozen=True)
class Place:
    """A fictional authority: the home that it is in, its code there, the seed and its size."""

    home: Home
    la_code: str
    seed: int
    size: float


def places(root: Path, count: int, sizes: Sequence[float]) -> Iterator[Place]:
    """That many authorities, each with children of its own, in homes below `root`."""
    for number in range(count):
        home, place = divmod(number, MOST_IN_A_HOME)
        yield Place(
            Home(root / f"home-{home}"),
            FICTIONAL_CODES[place],
            number + 1,
            sizes[number % len(sizes)],
        )


def in_turns(of_home: Sequence[Place], months: int) -> Iterator[tuple[str, list[Path]]]:
    """The releases of a home's authorities, as they come out: by code, all that were ever public.

    Half of them have a release together, then the other half, month after month. In the middle, the
    files of a month are corrected and it comes out again; then of one half what had been wrong is
    withdrawn, of the other the correction, before anything else came out. Yields after each
    authority's last release.
    """
    home, half = of_home[0].home, -(-len(of_home) // 2)
    first = Month.of(MONTH).before(months - 1)
    groups = [group for group in (of_home[:half], of_home[half:]) if group]
    for place in of_home:
        generate(place.la_code, str(first), MONTH, place.size, place.seed, "ssd", home.landing)
    out: dict[str, list[Path]] = {place.la_code: [] for place in of_home}

    def release(group: Sequence[Place], month: str) -> Path:
        codes = [place.la_code for place in group]
        folder = public_release(home, codes, month)
        for code in codes:
            out[code].append(folder)
        return folder

    for number in range(months):
        month = str(first.after(number))
        wrong = [release(group, month) for group in groups]
        if number != months // 2:
            continue
        for turn, group in enumerate(groups):
            for place in group:
                correct(home.landing / place.la_code / month / "ssd")
            corrected = release(group, month)
            withdraw(wrong[turn] if turn == 0 else corrected, out)
    yield from out.items()


def public_release(home: Home, la_codes: Sequence[str], month: str) -> Path:
    """The folder of a release as `csc run` makes it, with no other form than the public figures.

    Pages, pack and workbooks are made of these alone (a test holds them to it), and take longer.
    """
    begun = time.process_time()
    with ExitStack() as stack:
        for room, name in OTHER_FORMS:
            stack.enter_context(patch.object(room, name, lambda *_: None))
        for la_code in la_codes:
            steps.land(home, la_code, month)
        steps.build_and_check(home, la_codes, month)
        done = steps.publish(home, la_codes, month, "made up", "make attack", compare=False)
    seconds = time.process_time() - begun
    print(f"{' '.join(la_codes)} {month}: {done['release_id']}, {seconds:.0f} s", flush=True)
    return Path(done["path"])


def correct(folder: Path) -> None:
    """Leave one row in thirty out of each file, as a case system does that was put right."""
    for path in sorted(folder.glob("*.csv")):
        lines = path.read_bytes().splitlines(keepends=True)
        kept = [line for number, line in enumerate(lines) if number % 30 != 29]
        path.write_bytes(b"".join(kept))


def withdraw(folder: Path, out: Mapping[str, list[Path]]) -> None:
    """Take a release out of its home; who has kept it still has it."""
    kept = folder.parents[1] / "kept" / folder.name
    kept.parent.mkdir(exist_ok=True)
    folder.rename(kept)
    for folders in out.values():
        folders[:] = [kept if each == folder else each for each in folders]


def attack_all(
    root: Path, count: int, sizes: Sequence[float], months: int, budget: float, fewest: int
) -> int:
    """Try all releases of each authority; then as `attack`, of all newest.

    1 if one gives anything, or an identity is known by none, else 0.
    """
    everywhere = list(places(root, count, sizes))
    newest: set[Path] = set()
    tried, hidden, exact, near = 0, 0, 0, 0
    for home, of_home in groupby(everywhere, key=lambda place: place.home):
        out = dict(in_turns(list(of_home), months))
        newest |= {folders[-1] / "analyst.duckdb" for folders in out.values()}
        until = time.monotonic() + budget * len(out) / count
        known = [figures(out[each][-1] / "analyst.duckdb", each) for each in out]
        mined = confirmed(set[Sum]().union(*map(proposed, known)), known, min(6, len(known)))
        # With all releases at once: whoever has fewer of them knows less of each.
        for la_code, folders in out.items():
            if time.monotonic() > until:
                break
            started = time.process_time()
            found = attacked(folders, la_code, mined)
            tried, hidden = tried + len(folders), hidden + found.hidden
            exact, near = exact + len(found.exact), near + len(found.within_three)
            print(
                f"{home.root.name} {la_code} with {len(folders)} releases: {found.hidden} hidden "
                f"numbers, {len(found.exact)} exact, {len(found.within_three)} within three "
                f"values, {time.process_time() - started:.0f} s",
                *(f"    {each}" for each in (*found.exact, *found.within_three)),
                sep="\n",
                flush=True,
            )
        print(f"{home.root.name}: {len(mined)} identities", flush=True)
    print(
        f"{count} authorities, {tried} of {count * (months + 1)} releases: {hidden} hidden "
        f"numbers, {exact} found exactly, {near} within three values"
    )
    return max(attack(sorted(newest), fewest), int(exact + near > 0))


def kept(database: Path) -> None:
    """Print the share of public figures shown of each authority, with and without identities.

    By themselves: as if nothing had been public before. And what could be worked out, were they
    rounded instead of hidden.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        release = reading.read(connection)
    for authority in release.authorities:
        cells = [
            cell
            for cell in release.cells
            if cell.la_code == authority.la_code and cell.aggregation not in EXTREMES
        ]
        shares = []
        for known in ((), None):
            shown = protect(cells, identities=known, settings=release.thresholds)
            shares.append(sum(cell.symbol != CONFIDENTIAL for cell in shown) / len(cells))
        large = 1 - sum(map(is_small, cells)) / len(cells)
        instead = rounded_to_five(cells, release.threshold(authority.la_code))
        print(
            f"{authority.la_code}: {len(cells):,} figures, {shares[0]:.1%} shown without "
            f"identities, {shares[1]:.1%} with them. Rounded to five instead: {large:.1%}; of "
            f"{instead.small:,} counts to protect {instead.exact} come out and "
            f"{instead.within_three} within three values; {instead.moved} of {instead.shares:,} "
            "shares move by over 2 points",
            flush=True,
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("databases", nargs="*", type=Path, help="analyst.duckdb of releases")
    parser.add_argument("--size", type=float, default=0.15, help="of the authorities made")
    parser.add_argument("--fewest", type=int, default=3, help="authorities that must confirm")
    parser.add_argument("--months", type=int, default=0, help="of each, which take turns")
    parser.add_argument("--authorities", type=int, default=7, help="that take turns")
    parser.add_argument("--sizes", type=float, nargs="+", default=SIZES, help="of those, in turn")
    parser.add_argument("--kept", action="store_true", help="how much is shown, and no attack")
    parser.add_argument("--budget", type=float, default=3600, help="seconds of trying releases")
    parser.add_argument("--keep", type=Path, help="a new folder in which the releases are kept")
    asked = parser.parse_args()
    if asked.databases and asked.kept:
        for database in asked.databases:
            kept(database)
        return 0
    if asked.databases:
        return attack(asked.databases, asked.fewest)
    with TemporaryDirectory() as folder:
        root = asked.keep or Path(folder)
        if asked.months:
            return attack_all(
                root, asked.authorities, asked.sizes, asked.months, asked.budget, asked.fewest
            )
        if asked.kept:
            kept(fictional_release(Home(root), KEPT_SIZES))
            return 0
        return attack([fictional_release(Home(root), [asked.size] * 6)], asked.fewest)


if __name__ == "__main__":
    sys.exit(main())
