"""`make signals SIGNALS_ARGS=--road`: the whole road, from extracts to what pages call changed.

Fictional authorities in which nothing changes from year to year, one release each: what their
overviews call changed is false. Seasons and late records stay as they are: the councils have them
too. Then one authority with three planted changes, which its page must name first.

The months lie where no rule of recording changes in the three years of a line (`csc_fictional`).
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from csc_fictional import FICTIONAL_CODES, generate
from csc_fictional.clock import day_number
from csc_fictional.rates import RATES, Rates
from csc_fictional.setting import Setting, make_workforce
from csc_fictional.story import ARRIVAL_BASE, BREAKS_BASE, CONTACT_ONLY_BASE, simulate_year
from csc_warehouse import report
from csc_warehouse.places import Home
from csc_warehouse.report import pages as written
from csc_warehouse.report.changes import Changes
from csc_warehouse.run_month import steps

#: No year is busier than another.
STEADY = replace(RATES, pace_spread=0.0)

#: Each authority has a month and a size in turn. No earlier months: order codes changed in April
#: 2018; and no later ones: more interviews are accepted since October 2021.
MONTHS = tuple(f"2021-{month:02d}" for month in range(4, 10))
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
    #: What becomes of the files of its extract, in a folder, before they are landed.
    edit: Callable[[Path], None] = lambda _: None


def steady(number: int) -> Place:
    """The authority of that number, in which nothing changes."""
    turn, place = divmod(number, len(MONTHS))
    seed = turn * len(FICTIONAL_CODES) + place
    return Place(
        FICTIONAL_CODES[place],
        100 + seed,
        SIZES[seed % len(SIZES)],
        MONTHS[place],
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
        place.edit(home.landing / place.la_code / place.month)
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
    written.write(
        report._officers(release / "analyst.duckdb"),
        written.OFFICERS,
        Changes(None, {}),
        folder / "report" / "officers",
    )
    return {
        audience: folder / "report" / audience / "index.html"
        for audience in ("officers", "members")
    }


@dataclass(frozen=True)
class Told:
    """What an overview tells: its statements as text, how many more it has, of how many judged.

    `codes` are the measures of each statement, with the page that has them.
    """

    statements: tuple[str, ...]
    codes: tuple[dict[str, str], ...]
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
    items = re.findall(r"<li>(.*?)</li>", text, re.DOTALL)
    plain = tuple(" ".join(re.sub(r"<[^>]+>", "", item).split()) for item in items)
    codes = tuple(
        {code.upper(): page for page, code in re.findall(r'href="([^"#]+)#([^"]+)"', item)}
        for item in items
    )
    more = re.search(r"(\d+) more, less sure", text)
    judged = re.search(r"(\d+) measures", text)
    return Told(plain, codes, int(more[1]) if more else 0, int(judged[1]) if judged else 0)


@dataclass(frozen=True)
class Planted:
    """A change that was made: by which measure it must be told, since when and by how much."""

    code: str
    name: str
    since: date
    size: float


def planted() -> tuple[Place, tuple[Planted, ...]]:
    """An authority with three changes: since October 2021 more interviews are accepted (which every
    fictional authority has), and since January 2022 twice as many families are heard of that are
    not referred, and eight times as many unaccompanied children come.

    How many more is counted in its stories of 2022: a half, and seven of eight.
    """

    def rates(year: int) -> Rates:
        more = {"contact_only_families": 2, "unaccompanied_arrivals": 8} if year >= 2022 else {}
        return replace(STEADY, **{name: times * getattr(STEADY, name)
                                  for name, times in more.items()})  # fmt: skip

    place = Place("999", 300, 1.0, "2022-03", rates)
    workforce = make_workforce(place.la_code, place.seed, place.size, RATES)
    year = Setting(place.la_code, place.seed, place.size, 2022, rates(2022), workforce)
    stories = simulate_year(year)
    contacts, episodes, end = stories["contacts"], stories["episodes"], day_number(2022, 3, 31)
    of_no_referral = contacts["person"] - year.person_base
    heard = (
        (of_no_referral >= CONTACT_ONLY_BASE)
        & (of_no_referral < ARRIVAL_BASE)
        & (contacts["day"] <= end)
    )
    arrived = (
        (episodes["person"] - year.person_base >= ARRIVAL_BASE)
        & (episodes["person"] - year.person_base < BREAKS_BASE)
        & (episodes["day"] <= end)
        & (episodes["end"] > end)
    )
    before, after = RATES.interview_accepted_share
    return place, (
        Planted("CON-01", "contacts a month", date(2022, 1, 1), heard.sum() / 2 / 3),
        Planted("UASC-01", "unaccompanied children", date(2022, 1, 1), arrived.sum() * 7 / 8),
        Planted("RHI-02", "interviews accepted, points", date(2021, 10, 1), 100 * (after - before)),
    )


#: Since when the case system of that authority has no answer to whether interviews were accepted.
UNRECORDED_SINCE = "2021-07-01"


def unrecorded() -> Place:
    """An authority in which only recording changes: whether interviews were accepted is left empty.

    Of three in four records since that day, in both files that have it.
    """

    def edit(folder: Path) -> None:
        for name, end, accepted in (
            ("ssd/ssd_missing.csv", "miss_missing_episode_end_date", "miss_missing_rhi_accepted"),
            ("local/return_interviews.csv", "missing_end", "accepted"),
        ):
            with (folder / name).open(newline="", encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            key = "missing_episode_id" if "missing_episode_id" in rows[0] else "miss_table_id"
            for row in rows:
                if row[end] >= UNRECORDED_SINCE and int(row[key]) % 4:
                    row[accepted] = ""
            with (folder / name).open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, rows[0].keys())
                writer.writeheader()
                writer.writerows(rows)

    return Place("998", 301, 1.0, "2021-09", lambda _: STEADY, edit)


@dataclass(frozen=True)
class Said:
    """What a page says of one measure: how much higher, give or take, and when it began."""

    size: float
    error: float
    earliest: date
    latest: date


_SIZE = re.compile(r"bout ([\d,.]+).{0,25}? (higher|lower)(?:, give or take ([\d,.]+))?")
_BEGAN = re.compile(r"it began between (\w+ \d{4}) and (\w+ \d{4})")
_SINCE = re.compile(r"since (\w+ \d{4})")


def said(topic: str, code: str) -> Said:
    """The verdict of the measure `code` on the HTML of its topic page."""
    section = re.search(rf'<section class="measure" id="{code.lower()}".*?</section>', topic, re.S)
    verdict = section and re.search(r'class="verdict">(.*?)</p>', section.group(), re.S)
    text = " ".join(re.sub(r"<[^>]+>", "", verdict[1]).split()) if verdict else ""
    size, since = _SIZE.search(text), _SINCE.search(text)
    if size is None or since is None:
        raise ValueError(f"This page says of {code}: {text}")
    began = _BEGAN.search(text)
    first, last = began.groups() if began else (since[1], since[1])
    amount, error = (float((size[part] or "0").replace(",", "")) for part in (1, 3))
    return Said(-amount if size[2] == "lower" else amount, error, _month(first), _month(last))


def _month(text: str) -> date:
    """The first day of "March 2021" or "Mar 2021"."""
    name, year = text.split()
    return datetime.strptime(f"{name[:3]} {year}", "%b %Y").date()


def results(authorities: int, homes: Path | None) -> Iterator[str]:
    """The results as Markdown, line by line; releases are kept in `homes`, if it is given."""
    with TemporaryDirectory() as scratch:
        yield from _false(authorities, homes or Path(scratch), Path(scratch))
        yield from _found(homes or Path(scratch), Path(scratch) / "pages of planted")
        yield from _unrecorded(homes or Path(scratch), Path(scratch) / "pages of unrecorded")


def _false(authorities: int, homes: Path, scratch: Path) -> Iterator[str]:
    yield (
        "| Authority | Size | Month | Measures judged | Officers' page: false statements "
        "| Members' page |\n|---|---|---|---|---|---|"
    )
    counts = []
    for number in range(authorities):
        place = steady(number)
        overviews = pages(released(place, homes), scratch / f"pages{number}")
        officers, members = (
            told(overviews[audience].read_text(encoding="utf-8"))
            for audience in ("officers", "members")
        )
        counts.append((officers.count, members.count))
        yield (
            f"| {place.la_code}, seed {place.seed} | {place.size} | {place.month} "
            f"| {officers.judged} | {officers.count} | {members.count} |"
        )
    sums = [sum(each) / max(authorities, 1) for each in zip(*counts, strict=True)] or [0, 0]
    yield (
        f"\nOn average {sums[0]:.2f} false statements in a release on the officers' pages "
        f"and {sums[1]:.2f} on the members'."
    )


def _unrecorded(homes: Path, folder: Path) -> Iterator[str]:
    place = unrecorded()
    overviews = pages(released(place, homes), folder)
    yield (
        f"\nIn {place.la_code}, seed {place.seed}, size {place.size}, of {place.month} nothing "
        "changes, but three in four answers to whether a return interview was accepted are left "
        f"empty since {UNRECORDED_SINCE}. Statements of its overview that are marked as a change "
        "of recording, and others:\n\n"
        "| Page | Marked | Others |\n|---|---|---|"
    )
    for audience, overview in overviews.items():
        seen = told(overview.read_text(encoding="utf-8"))
        marked = [MARK in text for text in seen.statements]
        yield (
            f"| {audience} | {_codes(seen, marked)} "
            f"| {_codes(seen, [not each for each in marked])} |"
        )


#: What a page says of a change that may be of recording alone.
MARK = "ecording changed at the same time"


def _codes(seen: Told, which: list[bool]) -> str:
    """The measures of some of the statements."""
    return "; ".join(
        " with ".join(codes) for codes, chosen in zip(seen.codes, which, strict=True) if chosen
    )


def _found(homes: Path, folder: Path) -> Iterator[str]:
    place, changes = planted()
    overview = pages(released(place, homes), folder)["officers"]
    statements = told(overview.read_text(encoding="utf-8")).codes
    yield (
        f"\nThree changes planted in {place.la_code}, seed {place.seed}, size {place.size}, as the "
        f"officers' page of {place.month} tells them:\n\n"
        "| Planted | Since | Size | Statement | Said to have begun | Said to be |\n"
        "|---|---|---|---|---|---|"
    )
    for change in changes:
        number = next(
            (number for number, codes in enumerate(statements, 1) if change.code in codes), None
        )
        row = f"| {change.code}, {change.name} | {change.since:%b %Y} | {change.size:+.0f} "
        if number is None:
            yield row + "| none | | |"
            continue
        topic = overview.with_name(statements[number - 1][change.code])
        says = said(topic.read_text(encoding="utf-8"), change.code)
        in_time = says.earliest <= change.since <= says.latest
        in_size = abs(says.size - change.size) <= says.error
        yield (
            row + f"| {number} | {says.earliest:%b %Y} to {says.latest:%b %Y}"
            f"{'' if in_time else ' (not in it)'} | {says.size:+.1f} ± {says.error:.1f}"
            f"{'' if in_size else ' (not in it)'} |"
        )
