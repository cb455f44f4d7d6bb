"""Waiting for a whole delivery: what lies in the landing folder, and whether a month may begin.

A delivery is whole when nothing in it is being copied, nothing has changed for a quiet time, and
what the last load had is there; or a file `_READY` beside the folders of its sources says so. When
the days of grace are over, what is there counts as whole. `judge` and `begin` decide and look at
nothing; `look` looks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from csc_warehouse import home_settings, lake
from csc_warehouse.errors import DataRefused
from csc_warehouse.home_settings import HomeSettings
from csc_warehouse.intake.adapters import ADAPTERS
from csc_warehouse.intake.dropped import STILL_WRITTEN, is_ignored
from csc_warehouse.intake.naming import told
from csc_warehouse.intake.placing import ANNUAL
from csc_warehouse.month import Month
from csc_warehouse.places import Home

#: The file that says that a delivery is whole.
READY = "_READY"


class State(StrEnum):
    """How a delivery stands."""

    WHOLE = "whole"
    COMING = "coming"
    MISSING = "missing"
    RETIRED = "retired"


@dataclass(frozen=True)
class Delivery:
    """What lies in an authority's folder of a month; `lacking` of it is what the last load had."""

    la_code: str
    files: int
    being_copied: int = 0
    lacking: tuple[str, ...] = ()
    last_change: datetime | None = None
    is_said_whole: bool = False


@dataclass(frozen=True)
class Standing:
    """How an authority's delivery stands, and why, in a sentence."""

    la_code: str
    state: State
    why: str


@dataclass(frozen=True)
class Begin:
    """Whether a month may begin, with whom, and who is not there."""

    is_time: bool
    whole: tuple[str, ...]
    others: tuple[Standing, ...]


def judge(delivery: Delivery, settings: HomeSettings, month: str, now: datetime) -> Standing:
    """How `delivery` stands at `now`."""
    is_over = now >= settings.grace_ends(month)
    quiet = timedelta(minutes=settings.load.quiet_minutes)

    def stands(state: State, why: str) -> Standing:
        return Standing(delivery.la_code, state, why)

    if settings.is_retired(delivery.la_code, month) and not delivery.files:
        return stands(State.RETIRED, "it delivers no more")
    if delivery.being_copied:
        # A copy that was broken off weeks ago keeps nobody else waiting.
        why = f"{_files(delivery.being_copied)} still being copied"
        return stands(State.MISSING if is_over else State.COMING, why)
    if not delivery.files:
        return stands(State.MISSING, "nothing was delivered")
    if delivery.is_said_whole:
        return stands(State.WHOLE, f"{READY} says so")
    if delivery.last_change is not None and now - delivery.last_change < quiet:
        return stands(State.COMING, "a file changed a short time ago")
    if delivery.lacking and not is_over:
        named = ", ".join(delivery.lacking[:3]) + (" …" if len(delivery.lacking) > 3 else "")
        why = f"{_files(len(delivery.lacking))} of the last load not there yet: {named}"
        return stands(State.COMING, why)
    return stands(State.WHOLE, f"{_files(delivery.files)} there")


def begin(
    deliveries: Iterable[Delivery], settings: HomeSettings, month: str, now: datetime
) -> Begin:
    """Whether `month` may begin at `now`, by what each known authority has delivered.

    It waits for its day and hour, then for everybody who delivers, at most for the days of grace;
    after them only until nothing has changed for the quiet time.
    """
    standings = [judge(each, settings, month, now) for each in deliveries]
    is_over = now >= settings.grace_ends(month)
    waits_for = {State.COMING} if is_over else {State.COMING, State.MISSING}
    return Begin(
        is_time=now >= settings.begins(month)
        and not any(each.state in waits_for for each in standings),
        whole=tuple(each.la_code for each in standings if each.state == State.WHOLE),
        others=tuple(each for each in standings if each.state in (State.COMING, State.MISSING)),
    )


def require_somebody(home: Home, month: str, found: Begin) -> None:
    """Raise DataRefused where the month begins and nobody has delivered."""
    if not found.whole:
        raise DataRefused(
            f"No authority has delivered {month}: expected files in "
            f"{home.landing}/<la_code>/{month}/<source>/. They are loaded when they come."
        )


def is_late(found: Begin, settings: HomeSettings, month: str, now: datetime) -> bool:
    """Whether somebody is to be told that deliveries are late: a day after the month's hour."""
    return bool(found.others) and now >= settings.begins(month) + timedelta(days=1)


# --- What lies there ------------------------------------------------------------------------------


def look(home: Home, month: str, now: datetime | None = None) -> Begin:
    """Whether `month` may begin: every authority that ever delivered is looked for."""
    now = now or datetime.now(tz=UTC)
    settings = home_settings.read(home)
    loads = lake.heads(home)
    return begin(
        [delivery(home, la_code, month, loads) for la_code in known_authorities(home, loads)],
        settings,
        month,
        now,
    )


def due(home: Home, now: datetime | None = None) -> list[tuple[str, str]]:
    """Whole deliveries that no monthly run waits for any more, as (month, authority), oldest first.

    They came after the days of grace, or while the server was down: months that are later than all
    that was loaded of the authority (of a new one, the newest month), unless these very files were
    tried. An older month is a correction, and somebody's decision.
    """
    now = now or datetime.now(tz=UTC)
    settings = home_settings.read(home)
    loads = lake.heads(home)
    newest = Month.holding(now.astimezone(home_settings.WALL_CLOCK).date()).before(1)
    found = []
    for la_code in known_authorities(home, loads):
        loaded = [
            load.extract_month
            for load in loads
            if load.la_code == la_code and load.outcome == lake.ACCEPTED
        ]
        first = Month.of(max(loaded)).after(1) if loaded else newest
        for month in map(str, first.until(newest)):
            here = delivery(home, la_code, month, loads)
            is_whole = judge(here, settings, month, now).state == State.WHOLE
            if (
                is_whole
                and now >= settings.grace_ends(month)
                and not _was_tried(home, here, loads, month)
            ):
                found.append((month, la_code))
    return sorted(found)


def delivery(home: Home, la_code: str, month: str, loads: Sequence[lake.Head]) -> Delivery:
    """What lies in the folder of an authority and month."""
    folder = home.landing / la_code / month
    entries = [
        path
        for source in sorted(ADAPTERS)
        for path in sorted((folder / source).glob("*"))
        if not is_ignored(path.name)
    ]
    copied = [path for path in entries if path.name.lower().endswith(STILL_WRITTEN)]
    files = [path for path in entries if path not in copied]
    return Delivery(
        la_code=la_code,
        files=len(files),
        being_copied=len(copied),
        lacking=_lacking(home, files, la_code, month, loads),
        last_change=max((_changed(path) for path in entries), default=None),
        is_said_whole=(folder / READY).exists(),
    )


def known_authorities(home: Home, loads: Sequence[lake.Head]) -> list[str]:
    """The codes of the authorities that have ever dropped files into the landing folder.

    The lake knows those whose files are gone (`csc erase`, `csc retention`).
    """
    dropped = {
        path.name
        for path in home.landing.glob("*")
        if path.is_dir() and path.name.isdigit() and any(path.iterdir())
    }
    return sorted(dropped | {load.la_code for load in loads})


def _lacking(
    home: Home, files: Sequence[Path], la_code: str, month: str, loads: Sequence[lake.Head]
) -> tuple[str, ...]:
    """The files of the last load, as they can be told, that have none of their name here.

    Dates in names do not matter.

    A source that delivers years is not looked for every month.
    """
    earlier = [
        load
        for load in loads
        if load.la_code == la_code
        and load.outcome == lake.ACCEPTED
        and load.extract_month < month
        and load.source_system not in ANNUAL
    ]
    last = max((load.extract_month for load in earlier), default="")
    newest = {load.source_system: load for load in earlier if load.extract_month == last}
    here = Counter((path.parent.name, _without_dates(path.name)) for path in files)
    lacking = []
    for source, head in sorted(newest.items()):
        load = lake.read_manifest(home, head.load_id)
        # A sheet of a workbook stands after its file's name.
        names = sorted({file.name.split("#")[0] for file in load.files} if load else ())
        for name in names:
            here[source, _without_dates(name)] -= 1
            if here[source, _without_dates(name)] < 0:
                lacking.append(told(name, names, month=last))
    return tuple(lacking)


def _without_dates(name: str) -> str:
    """A file's name in small letters, without digits, signs and its kind."""
    return re.sub("[^a-z]+", " ", Path(name).stem.lower()).strip()


def _changed(path: Path) -> datetime:
    """When a file was last written, or moved here under its name."""
    found = path.lstat()
    return datetime.fromtimestamp(max(found.st_mtime, found.st_ctime), tz=UTC)


def _was_tried(home: Home, here: Delivery, loads: Sequence[lake.Head], month: str) -> bool:
    """Whether a load of the month, accepted or refused, was written since the files changed."""
    return any(
        _changed(lake.manifest_path(home, load.load_id)) >= (here.last_change or datetime.max)
        for load in loads
        if (load.la_code, load.extract_month) == (here.la_code, month)
    )


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"
