"""What comes of a delivery of `deliveries`: found by doing it, in a home of its own.

Landing and the raw gate decide. Notices are those that a webhook on this machine received.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from csc_warehouse import home_settings, lake
from csc_warehouse.command import notices
from csc_warehouse.errors import CscError, DataRefused
from csc_warehouse.intake.account import account
from csc_warehouse.intake.landing import land
from csc_warehouse.places import Home
from csc_warehouse.run_month import deliveries
from library import raw_gate
from library.deliveries import LA, MONTHS, NAMES, Place, Row, Verdict

#: So many lines of a screen are in the table.
LINES = 4
STAYS = "the last one stays"
IF_LATER_GATES_PASS = "a new one, if the later gates pass"
NOBODY_YET = "nobody yet: *published*, when it is"


@dataclass(frozen=True)
class Outcome:
    """What came of a delivery: the verdict, and what is seen of it from outside."""

    verdict: Verdict
    screen: str
    exit_code: str
    release: str
    notice: str

    def line(self, row: Row) -> str:
        """The row of the table."""
        cells = (row.what, self.screen, self.exit_code, self.release, self.notice)
        return "| " + " | ".join(_cell(cell) for cell in (NAMES[row.source], *cells)) + " |"


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("<", "&lt;").replace("\n", "<br>")


@contextmanager
def webhook() -> Iterator[tuple[str, list[str]]]:
    """The address of a server on this machine, and the texts that it received."""
    received: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            received.append(body["text"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", received
        server.shutdown()


def deliver(row: Row, extracts: Path, home: Home) -> Outcome:
    """Do what the row says in an empty home, and see what comes of it."""
    month, other = MONTHS[row.source]
    folder = home.landing / LA / month / row.source
    if row.after:
        shutil.copytree(extracts / row.source / other, home.landing / LA / other / row.source)
        land(home, LA, other, settle_seconds=0)
    shutil.copytree(extracts / row.source / month, folder)
    row.change(Place(folder, extracts, row.source))
    with webhook() as (url, received):
        home_settings.path_of(home).write_text(f'[notify]\nwebhook = "{url}"\n')
        outcome = _judged(home, row, month)
        notice = "\n".join(received)
    nobody = NOBODY_YET if outcome.verdict == Verdict.GOES_ON else "nobody is told"
    told = replace(outcome, notice=notice or nobody)
    return replace(told, screen=_masked(told.screen, home), notice=_masked(told.notice, home))


def _judged(home: Home, row: Row, month: str) -> Outcome:
    """By whoever waits for the delivery, then by landing and the raw gate."""
    waits: list[str] = []
    try:
        if row.at is not None:
            found = _looked_at(home, row, month)
            waits = [f"{LA} {month}: {each.why}" for each in found.others]
            if not found.is_time:
                return _waits(home, row, month, found, waits)
            deliveries.require_somebody(home, month, found)
        loads = land(home, LA, month, settle_seconds=0)
        _, gate = raw_gate.judged(home, [LA], month)
    except CscError as error:
        notices.send(home, notices.failed(error, month, "csc run"))
        return Outcome(Verdict.REFUSED, str(error), str(error.exit_code), STAYS, "")
    if not gate.passed:
        days = home_settings.read(home).load.days_for_approval
        notices.send(home, notices.waiting(month, len(gate.critical), days))
        return Outcome(
            Verdict.STOPPED, "\n".join(gate.critical), str(DataRefused.exit_code), STAYS, ""
        )
    said = [line for load in loads for line in account(home, load)]
    return Outcome(Verdict.GOES_ON, "\n".join([*waits, *said]), "0", IF_LATER_GATES_PASS, "")


def _looked_at(home: Home, row: Row, month: str) -> deliveries.Begin:
    """What who waits sees at the row's moment."""
    assert row.at is not None
    settings, loads = home_settings.read(home), lake.all_manifests(home)
    changed = row.at - timedelta(minutes=row.minutes)
    seen = replace(deliveries.delivery(home, LA, month, loads), last_change=changed)
    return deliveries.begin([seen], settings, month, row.at)


def _waits(
    home: Home, row: Row, month: str, found: deliveries.Begin, waits: Sequence[str]
) -> Outcome:
    assert row.at is not None
    settings = home_settings.read(home)
    if deliveries.is_late(found, settings, month, row.at):
        notices.send(home, notices.late(month, found, settings.grace_ends(month)))
    screen = [*waits, f"Whole: {found.whole}. Waiting until {settings.grace_ends(month)} at most."]
    return Outcome(Verdict.WAITS, "\n".join(screen), "none: it waits", STAYS, "")


def _masked(text: str, home: Home) -> str:
    """Without what is another one each time: ids, places."""
    text = text.replace(f"{home.root}/", "CSC_HOME/")
    text = re.sub(r"\b(\d{4}-\d\d-)?[0-9a-f]{12,64}\b", r"\1…", text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    more = [f"… and {len(lines) - LINES} lines more"] if len(lines) > LINES + 1 else []
    return "\n".join((lines[:LINES] if more else lines) + more)
