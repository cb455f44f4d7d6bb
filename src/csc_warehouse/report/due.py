"""What falls due soon, or is overdue: a page for each team beside its records to correct.

By the rules that count it later (`indicators.fct_due`), so nobody is late in a figure who was not
on this list. It names children by the case system's ids, as the worklist does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from csc_warehouse.report.figures import Release
from csc_warehouse.report.pages import Audience, environment

#: The ends of the bands, in working days from the release's day; nothing later is listed.
WORKING_DAYS = (5, 10, 20)

#: How far a duty is: what a row says of itself, and the headings of the counts.
BANDS = ("Overdue", *(f"Within {days} working days" for days in WORKING_DAYS))

COLUMNS = {
    "team": "Team",
    "worker": "Worker (key)",
    "child_id": "Child",
    "what": "What is due",
    "asked": "Asked since",
    "due": "Due by",
    "days_left": "Working days left",
    "band": "When",
    "indicator": "Counted by",
}


@dataclass(frozen=True)
class TeamDue:
    """What is due in a team: dictionaries with the keys of `COLUMNS`, sorted by worker."""

    la_code: str
    name: str
    page: str
    duties: list[dict[str, Any]]

    @cached_property
    def counts(self) -> list[int]:
        """How many there are of each of `BANDS`: none stands in two."""
        found = Counter(duty["band"] for duty in self.duties)
        return [found[band] for band in BANDS]

    @property
    def workers(self) -> list[tuple[str, list[dict[str, Any]]]]:
        return [
            (worker, list(duties))
            for worker, duties in groupby(self.duties, key=lambda duty: str(duty["worker"]))
        ]


def teams(duties: Iterable[dict[str, Any]]) -> list[TeamDue]:
    """The rows of worklist_due.sql, by authority and team."""
    by_team: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for duty in duties:
        name = (str(duty["la_code"]), str(duty["team"]))
        by_team.setdefault(name, []).append(duty | {"band": _band(duty)})
    return [
        TeamDue(la_code, name, f"due-{number}.html", found)
        for number, ((la_code, name), found) in enumerate(sorted(by_team.items()), start=1)
    ]


def write_pages(release: Release, audience: Audience, due: list[TeamDue], folder: Path) -> None:
    """Write `due.html` and the page of each team."""
    names = {each.la_code: each.name for each in release.authorities}
    shared = {"release": release, "audience": audience, "names": names, "bands": BANDS}
    text = environment().get_template("due.html.j2").render(teams=due, **shared)
    (folder / "due.html").write_text(text, encoding="utf-8")
    template = environment().get_template("due_team.html.j2")
    for team in due:
        (folder / team.page).write_text(template.render(team=team, **shared), encoding="utf-8")


def _band(duty: dict[str, Any]) -> str:
    if duty["is_overdue"]:
        return BANDS[0]
    return next(
        band
        for days, band in zip(WORKING_DAYS, BANDS[1:], strict=True)
        if duty["days_left"] <= days
    )
