"""How a home is: its releases by authority, what waits for a person, how full the disk is.

It reads the clock: what is late today was not a month ago. Counts and codes, no value of a record.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from csc_warehouse import home_settings, journal
from csc_warehouse.ask import releases
from csc_warehouse.errors import CscError
from csc_warehouse.home_settings import WALL_CLOCK, HomeSettings
from csc_warehouse.lake import identity
from csc_warehouse.month import Month
from csc_warehouse.places import Home

#: A month needs room for its candidate, the release and what lies between, in sizes of the last.
_ROOM = 3


@dataclass(frozen=True)
class OfAuthority:
    """The newest release of an authority; `age_days` since the day that it describes."""

    la_code: str
    release_id: str
    month: str
    age_days: int
    is_late: bool


@dataclass(frozen=True)
class Waiting:
    """A checked candidate with critical failures that nobody has accepted."""

    release_id: str
    month: str
    failures: int


@dataclass(frozen=True)
class Status:
    """All that is known; `attention` says in sentences what somebody should look at."""

    authorities: tuple[OfAuthority, ...]
    waiting: tuple[Waiting, ...]
    current: str | None
    rules: dict[str, int]
    open_issues: int
    bytes_of_release: int
    bytes_free: int
    journal_lines: int
    attention: tuple[str, ...]


def status(home: Home, now: datetime) -> Status:
    """How the home is at `now`. A damaged release is told, and stops nothing."""
    settings = home_settings.read(home)
    manifests = releases.manifests(home)
    authorities = _authorities(manifests, settings, now)
    waiting = _waiting(home, {manifest["release_id"] for manifest in manifests})
    verdict = journal.verify(home)
    attention = [
        f"{each.la_code}: its newest release is of {each.month}, and later months are due."
        for each in authorities
        if each.is_late
    ] + [
        f"{each.month}: {each.failures} critical "
        f"{'failure waits' if each.failures == 1 else 'failures wait'} for somebody's decision "
        f"({each.release_id})."
        for each in waiting
    ]
    try:
        unsafe = identity.unsafe_key(home, [each.la_code for each in authorities])
    except CscError as error:
        attention.append(str(error))
    else:
        if unsafe:
            attention.append(f"{unsafe[0].upper()}{unsafe[1:]}.")
    if verdict.fault:
        attention.append(f"The journal: {verdict.fault}.")
    current, rules, issues, size = None, dict[str, int](), 0, 0
    try:
        release = releases.current(home)
    except CscError as error:
        attention.append(str(error))
    else:
        current = release.release_id
        rules, issues = _found(release.analyst_db)
        size = sum(path.stat().st_size for path in release.path.rglob("*") if path.is_file())
    free = shutil.disk_usage(home.root).free
    if free < _ROOM * size:
        attention.append(
            f"The disk has {free / 1e9:.1f} GB left; the next month may need "
            f"{_ROOM * size / 1e9:.1f} GB."
        )
    return Status(
        authorities, waiting, current, rules, issues, size, free, verdict.lines, tuple(attention)
    )


def _authorities(
    manifests: list[dict[str, Any]], settings: HomeSettings, now: datetime
) -> tuple[OfAuthority, ...]:
    """The newest month of each authority, of a month the release that came out last."""
    newest: dict[str, dict[str, Any]] = {}
    for manifest in sorted(manifests, key=lambda each: (each["month"], each.get("publication", 0))):
        newest |= dict.fromkeys(manifest["la_codes"], manifest)
    due = _due(settings, now)
    return tuple(
        OfAuthority(
            la_code,
            manifest["release_id"],
            manifest["month"],
            (now.astimezone(WALL_CLOCK).date() - date.fromisoformat(manifest["as_at_date"])).days,
            manifest["month"] < due and not settings.is_retired(la_code, due),
        )
        for la_code, manifest in sorted(newest.items())
    )


def _due(settings: HomeSettings, now: datetime) -> str:
    """The newest month that nobody is waited for any more: it should be out."""
    month = Month.holding(now.astimezone(WALL_CLOCK).date()).before(1)
    while settings.grace_ends(str(month)) > now:
        month = month.before(1)
    return str(month)


def _waiting(home: Home, published: set[str]) -> tuple[Waiting, ...]:
    """Candidates that were judged and not let pass; one that is being built has no verdict yet."""
    found = []
    for path in sorted(home.work.glob("[0-9]*/analyst.duckdb")):
        release_id = path.parent.name
        failures = 0 if release_id in published else _critical(path)
        if failures:
            found.append(Waiting(release_id, release_id[:7], failures))
    return tuple(found)


def _critical(analyst_db: Path) -> int:
    """Critical failures in a candidate; 0 where it is not judged, or somebody writes it."""
    try:
        with duckdb.connect(str(analyst_db), read_only=True) as connection:
            row = connection.execute(
                "select count(*) from dq.expectation_result where status in ('fail', 'error')"
            ).fetchone()
    except duckdb.Error:
        return 0
    return int(row[0]) if row else 0


def _found(analyst_db: Path) -> tuple[dict[str, int], int]:
    """Rules of a release by their status, and issues that are open."""
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        rules = connection.execute(
            "select status, count(distinct rule_id) from dq.expectation_result "
            "group by status order by status"
        ).fetchall()
        row = connection.execute(
            "select count(*) from dq.issue where state <> 'resolved'"
        ).fetchone()  # fmt: skip
    return dict(rules), int(row[0]) if row else 0
