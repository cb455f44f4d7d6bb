"""The data-quality issues of a release, by rule, and the decision to accept some of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb

from csc_warehouse import quality
from csc_warehouse.ask import releases
from csc_warehouse.ask.releases import Release
from csc_warehouse.errors import WrongUse
from csc_warehouse.places import Home
from csc_warehouse.sql import statement

#: What an issue can be; the first three still fail.
STATES = ("open", "reopened", "accepted", "resolved")


def summary(
    analyst_db: Path,
    *,
    team: str | None = None,
    rule: str | None = None,
    states: Sequence[str] = ("open", "reopened"),
    la_codes: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """One row per authority, team, rule and state, the oldest first.

    `team` (a team, or the owner that a rule names), `rule` and `la_codes` narrow it. A row counts
    the records and says what is wrong, what to do and which indicators the rule protects; each
    record stands in `dq.issue`. Raises WrongUse for a state, rule or team that there is not.
    """
    unknown = set(states) - set(STATES)
    if unknown:
        raise WrongUse(f"An issue is {', '.join(STATES)}; not {', '.join(sorted(unknown))}.")
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        _require_known(connection, rule, team)
        cursor = connection.execute(
            statement(__package__, "issue_summary"),
            {
                "team": team,
                "rule": rule,
                "record": None,
                "states": list(states),
                "la_codes": list(la_codes) if la_codes else None,
            },
        )
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def counted_since(analyst_db: Path, la_codes: Sequence[str] | None = None) -> dict[str, str]:
    """By authority, the month from which ages of its issues are counted."""
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        found = quality.counted_since(connection)
    return {each: month for each, month in found.items() if not la_codes or each in la_codes}


def replaced_since(home: Home, release: Release) -> dict[str, str]:
    """By authority, the earliest month that was corrected after `release` went on from its issues.

    Until the later months are run again, what is new or resolved and how old issues are still goes
    on from what that month was before.
    """
    found = {}
    for la_code in release.manifest["la_codes"]:
        release_id = release.release_id
        while after := releases.issues_after(home, release_id).get(la_code):
            now = quality.base_releases(home, [la_code], release_id[:7]).get(la_code)
            if now is not None and now != after:
                found[la_code] = now[:7]
            release_id = now or after
    return found


def accept(
    home: Home,
    current: Release,
    *,
    rule: str,
    until: date,
    reason: str,
    by: str,
    record: str | None = None,
    team: str | None = None,
    la_codes: Sequence[str] | None = None,
) -> list[quality.Decision]:
    """Accept failing issues of `current` until a day: one decision an authority.

    Meant are those of `rule`, all of them or one record's or team's; a record that fails later is
    not covered. Raises WrongUse where nothing is meant, the day is past, or reason or name missing.
    """
    if until.isoformat() <= str(current.manifest["as_at_date"]):
        raise WrongUse(
            f"The release is as at {current.manifest['as_at_date']}: accept until a later day."
        )
    with duckdb.connect(str(current.analyst_db), read_only=True) as connection:
        _require_known(connection, rule, team)
        found = connection.execute(
            statement(__package__, "failing_issues"),
            {
                "rule": rule,
                "record": record,
                "team": team,
                "la_codes": list(la_codes) if la_codes else None,
            },
        ).fetchall()
    if not found:
        raise WrongUse(f"No record fails {rule} there: `csc issues` lists what is open.")
    return [
        quality.decide(
            home,
            la_code,
            str(current.manifest["month"]),
            keys,
            accepted_until=until,
            reason=reason,
            accepted_by=by,
        )
        for la_code, keys in found
    ]


def _require_known(
    connection: duckdb.DuckDBPyConnection, rule: str | None, team: str | None
) -> None:
    """Raise WrongUse, naming the nearest, where the release knows no such rule or team."""
    known = {
        "rule": (rule, "select rule_id from dq.expectation"),
        "team": (
            team,
            "select owner from dq.expectation union select owner_team from dq.issue "
            "where owner_team is not null",
        ),
    }
    for what, (asked, query) in known.items():
        if asked is None:
            continue
        names = {name.lower(): name for (name,) in connection.execute(query).fetchall()}
        if asked.lower() in names:
            continue
        near = [names[name] for name in get_close_matches(asked.lower(), names, n=3, cutoff=0.5)]
        raise WrongUse(
            f"There is no {what} {asked}. "
            + (f"Near: {', '.join(near)}. " if near else "")
            + "`csc issues` lists those with something to correct."
        )
