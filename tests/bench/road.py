"""`make signals SIGNALS_ARGS=--road`: the whole road, from extracts to what pages call changed.

Fictional authorities in which nothing changes from year to year, one release each: what their
overviews call changed is false. Seasons and late records stay as they are: the councils have them
too. Then one authority with three planted changes, which its page must name first.

The months lie where no rule of recording changes in the three years of a line (`csc_fictional`).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from csc_fictional import FICTIONAL_CODES, generate
from csc_fictional.rates import RATES, Rates
from csc_warehouse import report
from csc_warehouse.run_month import steps
from csc_warehouse.settings import Home

STEADY = replace(RATES, pace_spread=0.0)

#: Each authority has a month and a size of its own, in turn.
MONTHS = tuple(f"2021-{month:02d}" for month in range(4, 13))
SIZES = (0.3, 1.0, 0.45, 0.7, 0.35, 0.55, 0.9)


@dataclass(frozen=True)
class Place:
    """A fictional authority: its code, the seed and the rates of its stories, its size and month.

    `size` 1.0 is an authority of 45,000 children.
    """

    la_code: str
    seed: int
    size: float
    month: str
    rates: Callable[[int], Rates]


def steady(number: int) -> Place:
    """The authority of that number, in which nothing changes."""
    return Place(
        FICTIONAL_CODES[number % len(FICTIONAL_CODES)],
        100 + number,
        SIZES[number % len(SIZES)],
        MONTHS[number % len(MONTHS)],
        lambda _: STEADY,
    )


def released(place: Place, root: Path) -> Home:
    """The home under `root` in which the authority's release is, made if it is not there."""
    home = Home(root / f"{place.seed}")
    if not home.current.exists():
        shutil.rmtree(home.root, ignore_errors=True)
        generate(
            place.la_code, place.month, place.month, place.size, place.seed, "ssd", home.landing,
            faults=False, rates=place.rates,
        )  # fmt: skip
        steps.run_month(
            home, (place.la_code,), place.month, accept="made up", accepted_by="make signals"
        )
        for used in (home.landing, home.lake, home.work):
            shutil.rmtree(used, ignore_errors=True)
    return home


def pages(home: Home, folder: Path) -> dict[str, Path]:
    """The overviews of the home's release by audience, written into `folder` as it writes them."""
    release = home.current
    (folder / report.PUBLIC_FIGURES).parent.mkdir(parents=True)
    shutil.copy(release / report.PUBLIC_FIGURES, folder / report.PUBLIC_FIGURES)
    report.write_public(release / "analyst.duckdb", folder, None)
    report.write_internal(release / "analyst.duckdb", release / "restricted.duckdb", folder, None)
    return {
        audience: folder / "report" / audience / "index.html"
        for audience in ("officers", "members")
    }


@dataclass(frozen=True)
class Told:
    """What an overview tells: its statements as text, how many more it has, of how many judged."""

    statements: tuple[str, ...]
    more: int
    judged: int

    @property
    def count(self) -> int:
        return len(self.statements) + self.more


def told(overview: str) -> Told:
    """What the HTML of an overview calls changed."""
    section = re.search(r'id="stands-out">.*?</section>', overview, re.DOTALL)
    if section is None:
        raise ValueError("This page has no part about what stands out.")
    text = section.group()
    plain = [
        " ".join(re.sub(r"<[^>]+>", "", item).split())
        for item in re.findall(r"<li>(.*?)</li>", text, re.DOTALL)
    ]
    more = re.search(r"(\d+) more, less sure", text)
    judged = re.search(r"(\d+) measures", text)
    return Told(tuple(plain), int(more[1]) if more else 0, int(judged[1]) if judged else 0)


def results(authorities: int, homes: Path | None) -> Iterator[str]:
    """The results as Markdown, line by line; releases are kept in `homes`, if it is given."""
    with TemporaryDirectory() as scratch:
        yield (
            "| Authority | Size | Month | Measures judged | Officers' page: false statements "
            "| Members' page |\n|---|---|---|---|---|---|"
        )
        counts = []
        for number in range(authorities):
            place = steady(number)
            found = _told(place, homes or Path(scratch), Path(scratch) / f"pages{number}")
            counts.append((found["officers"].count, found["members"].count))
            yield (
                f"| {place.la_code}, seed {place.seed} | {place.size} | {place.month} "
                f"| {found['officers'].judged} | {counts[-1][0]} | {counts[-1][1]} |"
            )
        officers, members = (sum(each) / max(authorities, 1) for each in zip(*counts, strict=True))
        yield (
            f"\nOn average {officers:.2f} false statements in a release on the officers' pages "
            f"and {members:.2f} on the members'."
        )


def _told(place: Place, homes: Path, folder: Path) -> dict[str, Told]:
    home = released(place, homes)
    return {
        audience: told(page.read_text(encoding="utf-8"))
        for audience, page in pages(home, folder).items()
    }
