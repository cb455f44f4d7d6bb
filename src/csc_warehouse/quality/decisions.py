"""What people decided about issues: accepted until a day, with a reason and a name.

A decision is a file of the lake, written once and never changed: `lake/_decisions/<id>.json`. It
covers the issues that it lists, from the month of the release that it was made on, so that a month
before is rebuilt as it was. The file holds keys, and the words of the person who decided.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from csc_warehouse import journal, lake
from csc_warehouse.errors import WrongUse
from csc_warehouse.files import private_directory, sweep, write_atomically
from csc_warehouse.journal import Act
from csc_warehouse.places import Home
from csc_warehouse.quality.tables import Candidate, insert


@dataclass(frozen=True)
class Decision:
    """Issues of one authority that may fail until the day `accepted_until`, and not on it."""

    decision_id: str
    la_code: str
    from_month: str
    accepted_until: date
    reason: str
    accepted_by: str
    issue_keys: tuple[str, ...]


def decide(
    home: Home,
    la_code: str,
    from_month: str,
    issue_keys: Sequence[str],
    *,
    accepted_until: date,
    reason: str,
    accepted_by: str,
) -> Decision:
    """Keep a decision in the lake; the same again is the same decision.

    Raises WrongUse without issues, reason or name, CscError while the key is being changed.
    """
    lake.require_whole(home)
    if not issue_keys:
        raise WrongUse("No open issue is meant: there is nothing to accept.")
    if not reason.strip() or not accepted_by.strip():
        raise WrongUse("Accepting needs a reason and the name of who accepts.")
    content = {
        "la_code": la_code,
        "from_month": from_month,
        "accepted_until": accepted_until.isoformat(),
        "reason": reason.strip(),
        "accepted_by": accepted_by.strip(),
        "issue_keys": sorted(set(issue_keys)),
    }
    decision_id = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
    sweep(private_directory(_folder(home)))
    _write(home, {"decision_id": decision_id} | content)
    journal.record(
        home,
        Act.ACCEPTANCE,
        about={"la_code": la_code, "month": from_month, "decision": decision_id},
        by=accepted_by.strip(),
    )
    return _decision({"decision_id": decision_id} | content)


def read(home: Home, la_codes: Collection[str], month: str) -> list[Decision]:
    """The decisions on issues of `la_codes` that hold for a release of `month` (`YYYY-MM`)."""
    found = [
        _decision(json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(_folder(home).glob("*.json"))
    ]
    return [each for each in found if each.la_code in la_codes and each.from_month <= month]


def decision_ids(home: Home, la_codes: Collection[str], month: str) -> list[str]:
    """What a release of `month` depends on beside its loads: the ids of its decisions."""
    return [f"decided {each.decision_id}" for each in read(home, la_codes, month)]


def forget(home: Home, issue_keys: Collection[str]) -> int:
    """Take issues out of every decision, those of a person who is erased; returns how many."""
    forgotten = 0
    for path in _folder(home).glob("*.json"):
        content = json.loads(path.read_text(encoding="utf-8"))
        kept = [key for key in content["issue_keys"] if key not in issue_keys]
        if len(kept) < len(content["issue_keys"]):
            forgotten += len(content["issue_keys"]) - len(kept)
            _write(home, content | {"issue_keys": kept})
    return forgotten


def write(connection: duckdb.DuckDBPyConnection, home: Home, candidate: Candidate) -> None:
    """Write dq.issue_decision, and the temp table `decided_issue` with the issues of each."""
    la_codes = {load.la_code for load in candidate.loads}
    found = read(home, la_codes, candidate.month)
    connection.execute("delete from analyst.dq.issue_decision")
    insert(
        connection,
        "issue_decision",
        [
            (
                each.decision_id,
                each.la_code,
                each.from_month,
                each.accepted_until,
                each.reason,
                each.accepted_by,
                len(each.issue_keys),
            )
            for each in found
        ],
    )
    connection.execute(
        "create or replace temp table decided_issue as "
        "select unnest($ids) as decision_id, unnest($keys) as issue_key",
        {
            "ids": [each.decision_id for each in found for _ in each.issue_keys],
            "keys": [key for each in found for key in each.issue_keys],
        },
    )


def _folder(home: Home) -> Path:
    return home.lake / "_decisions"


def _write(home: Home, content: dict[str, Any]) -> None:
    path = _folder(home) / f"{content['decision_id']}.json"
    write_atomically(path, json.dumps(content, indent=2) + "\n")


def _decision(content: dict[str, Any]) -> Decision:
    return Decision(
        **content
        | {
            "accepted_until": date.fromisoformat(str(content["accepted_until"])),
            "issue_keys": tuple(content["issue_keys"]),
        }
    )
