"""What comes of a delivery of `deliveries`: found by doing it, in a home of its own.

`deliver` does all that an operator would: it waits as the sensor does, then runs `csc run --notify`
and hears what a mail server and a webhook on this machine received. `judge` stops after landing and
the raw gate, and takes seconds.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from csc_warehouse import home_settings, lake
from csc_warehouse.command import cli, notices
from csc_warehouse.errors import CscError, DataRefused
from csc_warehouse.intake.account import account
from csc_warehouse.intake.landing import land
from csc_warehouse.places import Home
from csc_warehouse.run_month import deliveries
from library import raw_gate
from library.deliveries import BESIDE, LA, MONTHS, NAMES, OTHER_LA, Place, Row, Verdict
from library.heard import Heard, listening, told_to

#: So many lines of a screen are in the table, and so much of each.
LINES, LONGEST = 4, 240
#: Of a row that is no whole month: what comes of the rest of it.
AS_FIRST = "as of the first load, if the later gates pass"
#: How often the sensor looks.
LOOKS = timedelta(minutes=15)


@dataclass(frozen=True)
class Outcome:
    """What came of a delivery: the verdict, and what is seen of it from outside.

    `mail` and `posts` are the messages and the webhook's bodies as they were received.
    """

    verdict: Verdict
    screen: str
    exit_code: str = ""
    release: str = ""
    notice: str = ""
    mail: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()

    def line(self, row: Row) -> str:
        """The row of the table."""
        cells = (row.what, self.screen, self.exit_code, self.release, self.notice)
        return "| " + " | ".join(_cell(cell) for cell in (NAMES[row.source], *cells)) + " |"


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("<", "&lt;").replace("\n", "<br>")


# --- All of it ------------------------------------------------------------------------------------


def deliver(row: Row, extracts: Path, home: Home) -> Outcome:
    """Do what the row says in an empty home, and see what comes of it."""
    if not row.is_whole:
        return replace(judge(row, extracts, home), exit_code="0", release=AS_FIRST, notice=AS_FIRST)
    month = MONTHS[row.source][0]
    with listening() as heard:
        told_to(heard, _put(row, extracts, home).root)
        if row.again:
            _command(home, "run", "--month", month)
        _change(row, extracts, home)
        waits: list[str] = []
        before, looks = _shown(home), 0
        if row.at is not None:
            looks, found, waits = _waited(home, row, row.at)
            if not found.is_time:
                until = home_settings.read(home).grace_ends(month)
                waits.append(f"Whole: {found.whole}. Waiting until {until} at most.")
                return _outcome(Verdict.WAITS, waits, "none: it waits", home, before, heard, looks)
            try:
                deliveries.require_somebody(home, month, found)
            except DataRefused as error:
                notices.send(home, notices.failed(error, month, "wait_for_files"))
                said, ended = [*waits, str(error)], str(error.exit_code)
                return _outcome(Verdict.REFUSED, said, ended, home, before, heard, looks)
        more = [] if (home.landing / OTHER_LA).exists() else ["--la", LA]
        more += ["--accept", row.accepted, "--by", "Head of service"] if row.accepted else []
        code, screen = _command(home, "run", "--month", month, "--notify", *more)
        said = [*waits, screen]
        return _outcome(_verdict(code, screen), said, str(code), home, before, heard, looks)


def _verdict(code: int, screen: str) -> Verdict:
    """By the code that the command ended with; what is refused, was at landing or by a gate."""
    stopped = Verdict.STOPPED if "is not published:" in screen else Verdict.REFUSED
    return Verdict.PUBLISHED if code == 0 else stopped


def _put(row: Row, extracts: Path, home: Home) -> Home:
    """The right delivery in its folder, and the other month landed where the row comes after it."""
    month, other = MONTHS[row.source]
    if row.after:
        shutil.copytree(extracts / row.source / other, home.landing / LA / other / row.source)
        land(home, LA, other, settle_seconds=0)
    for source in {row.source, BESIDE.get(row.source, row.source)}:
        shutil.copytree(extracts / source / month, home.landing / LA / month / source)
    return home


def _change(row: Row, extracts: Path, home: Home) -> None:
    folder = home.landing / LA / MONTHS[row.source][0] / row.source
    row.change(Place(folder, extracts, row.source))


def _command(home: Home, *arguments: str) -> tuple[int, str]:
    """Run `csc` in this process: its exit code, and its screen without the steps on the way."""
    said = io.StringIO()
    with (
        patch.dict(os.environ, {"CSC_HOME": str(home.root)}),
        patch("sys.argv", ["csc", *arguments]),
        patch("csc_warehouse.command.month.second_process", lambda _: nullcontext()),
        redirect_stdout(said),
        redirect_stderr(said),
    ):
        try:
            cli.main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
    lines = [line for line in said.getvalue().splitlines() if not line.endswith(" …")]
    return code, "\n".join(lines)


def _waited(home: Home, row: Row, until: datetime) -> tuple[int, deliveries.Begin, list[str]]:
    """Look as the sensor does until the month may begin, or `until`: how often, and what is seen.

    Who waits begins a day before the month's hour.
    """
    month, looks = MONTHS[row.source][0], 0
    settings, loads = home_settings.read(home), lake.heads(home)
    here = deliveries.delivery(home, LA, month, loads)
    now = min(settings.begins(month) - timedelta(days=1), until)
    while True:
        looks += 1
        seen = replace(here, last_change=now - timedelta(minutes=row.minutes))
        found = deliveries.begin([seen], settings, month, now)
        if not found.is_time:
            notices.tell_late(home, month, found, now)
        if found.is_time or now >= until:
            return looks, found, [f"{LA} {month}: {each.why}" for each in found.others]
        now += LOOKS


def _shown(home: Home) -> str | None:
    return home.current.resolve().name if home.current.exists() else None


def _outcome(
    verdict: Verdict,
    said: Sequence[str],
    code: str,
    home: Home,
    before: str | None,
    heard: Heard,
    looks: int,
) -> Outcome:
    after = _shown(home)
    release = after if after != before else "the last one stays" if before else "none, as before"
    texts = [post["text"].rstrip() for post in heard.posts]
    mailed = [message.get_content().replace("\r\n", "\n").rstrip() for message in heard.mail]
    if mailed != texts:
        raise AssertionError("the e-mail and the webhook were told different things")
    told = [
        (f"({count} times in {looks} looks, once a day) " if count > 1 else "")
        + " / ".join(line for line in text.splitlines() if line)
        for text, count in Counter(texts).items()
    ]
    return Outcome(
        verdict,
        _masked("\n".join(said), home),
        code,
        _masked(release or "", home),
        _masked("\n".join(told), home) or "nobody is told",
        tuple(_ids_masked(str(message).replace("\r\n", "\n")) for message in heard.mail),
        tuple(_ids_masked(json.dumps(post, indent=2)) for post in heard.posts),
    )


# --- Landing and the raw gate ---------------------------------------------------------------------


def judge(row: Row, extracts: Path, home: Home) -> Outcome:
    """The verdict and the screen as far as landing and the raw gate know them.

    A row that comes again is judged by what comes the second time.
    """
    month = MONTHS[row.source][0]
    _put(row, extracts, home)
    _change(row, extracts, home)
    waits: list[str] = []
    try:
        if row.at is not None:
            _, found, waits = _waited(home, row, row.at)
            if not found.is_time:
                return Outcome(Verdict.WAITS, _masked("\n".join(waits), home))
            deliveries.require_somebody(home, month, found)
        loads = land(home, LA, month, settle_seconds=0)
        _, gate = raw_gate.judged(home, [LA], month)
    except CscError as error:
        return Outcome(Verdict.REFUSED, _masked("\n".join([*waits, str(error)]), home))
    if not gate.passed:
        return Outcome(Verdict.STOPPED, _masked("\n".join([*waits, *gate.critical]), home))
    said = [line for load in loads for line in account(home, load)]
    return Outcome(Verdict.PUBLISHED, _masked("\n".join([*waits, *said]), home))


# --- What is another one each time ----------------------------------------------------------------


def _masked(text: str, home: Home) -> str:
    """Without ids and places, in a few lines."""
    text = _ids_masked(text.replace(f"{home.root}/", "CSC_HOME/"))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    lines = [line if len(line) <= LONGEST else f"{line[:LONGEST]}…" for line in lines]
    more = [f"… and {len(lines) - LINES} lines more"] if len(lines) > LINES + 1 else []
    return "\n".join((lines[:LINES] if more else lines) + more)


def _ids_masked(text: str) -> str:
    return re.sub(r"\b(\d{4}-\d\d-)?[0-9a-f]{12,64}\b", r"\1…", text)
