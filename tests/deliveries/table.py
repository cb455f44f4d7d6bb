"""`make deliveries`: every delivery of `library/deliveries.py`, done, as docs/deliveries.md."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from csc_warehouse.places import Home
from library.delivered import Outcome, deliver
from library.deliveries import NAMES, Row, Verdict, make_extracts, rows
from library.places import PROJECT

PAGE = PROJECT / "docs" / "deliveries.md"

HEADINGS = {
    Verdict.PUBLISHED: "Published",
    Verdict.STOPPED: "Stopped by a gate",
    Verdict.REFUSED: "Refused at landing",
    Verdict.WAITS: "Waited for",
}

#: By the first line of a notice: which kind it is. One of each kind is shown as it was received.
EVENTS = {
    ": published": "A release",
    ": waits for an approval": "An approval that is waited for",
    ": refused": "A refusal",
    ": late": "A late month",
}


def page(outcomes: Sequence[tuple[Row, Outcome]]) -> str:
    """The text of docs/deliveries.md."""
    counted = ", ".join(
        f"{heading.lower()} {sum(1 for _, each in outcomes if each.verdict == verdict)}"
        for verdict, heading in HEADINGS.items()
    )
    whole = sum(row.is_whole for row, _ in outcomes)
    parts = [
        "# What becomes of a delivery",
        "",
        "Made by one `make deliveries`, which does every row of `tests/library/deliveries.py` with "
        "files of a\nsmall fictional authority; tests do a part of it. What each file is judged "
        "by is in\n[what a delivery is judged by](what-a-delivery-is-judged-by.md), every exit "
        "code in\n[when it stops](when-it-stops.md).",
        "",
        f"{len(outcomes)} deliveries, {whole} of them whole months: {counted}.",
        "",
        "A whole month is done in an empty home: waited for as the sensor of `csc_monthly_load` "
        "waits, where\na day is named, then `csc run --notify`, which lands, builds, checks and "
        "publishes. The screen is\nthat of `csc run`, and Airflow's log, in at most four lines; "
        "the notice is what a mail server and a\nwebhook received, each the same text, its lines "
        "parted by strokes. Ids are left out. Where only the form of a file is another, the "
        "standard dataset and\nthe local files go as far as the raw gate; each form goes the "
        "whole way in the SSDA903.",
    ]
    for verdict, heading in HEADINGS.items():
        of_verdict = [(row, each) for row, each in outcomes if each.verdict == verdict]
        parts += [
            "",
            f"## {heading}",
            "",
            "| source | what is delivered | what the screen says | exit code | the release "
            "| who hears what |",
            "|---|---|---|---|---|---|",
            *(each.line(row) for row, each in of_verdict),
        ]
    parts += ["", "## As received", "", "The first notice of each kind, by e-mail and by webhook."]
    for event, kind in EVENTS.items():
        row, each = next(
            (row, each) for row, each in outcomes if event in each.notice.partition(" / ")[0]
        )
        parts += [
            "",
            f"### {kind}",
            "",
            f"{NAMES[row.source]}: {row.what}.",
            "",
            *("```text", each.mail[0].rstrip(), "```"),
            "",
            *("```json", each.posts[0], "```"),
        ]
    return "\n".join(parts) + "\n"


def _processes() -> ProcessPoolExecutor:
    """As many as there are cores; a delivery is done in one, as if it were alone."""
    return ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"))


def _delivered(extracts: Path, number: int) -> Outcome:
    """What comes of the row of that number, in an empty home."""
    with tempfile.TemporaryDirectory(dir=extracts.parent) as folder:
        return deliver(list(rows())[number], extracts, Home(Path(folder) / "home"))


def main() -> int:
    """Write the page; 1 where a delivery did not come to what its row says."""
    wrong = 0
    outcomes = []
    with tempfile.TemporaryDirectory() as scratch, _processes() as processes:
        extracts = make_extracts(Path(scratch) / "extracts")
        every = list(rows())
        done = processes.map(partial(_delivered, extracts), range(len(every)))
        for row, outcome in zip(every, done, strict=True):
            outcomes.append((row, outcome))
            is_as_said = outcome.verdict == row.verdict and row.said in outcome.screen
            wrong += not is_as_said
            print(f"{'ok   ' if is_as_said else 'WRONG'} {row.name}: {outcome.verdict}", flush=True)
            if not is_as_said:
                print(f"      expected {row.verdict} {row.said!r}\n      {outcome.screen}")
    PAGE.write_text(page(outcomes), encoding="utf-8")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
