"""The worklist that teams work through: a page and a sheet for each, and a summary for managers.

Beside what is wrong stands what falls due: `due`.

It names children and records by the case system's own ids, so it stands beside `restricted.duckdb`
and never in the report: `<release>/worklist/`. Its pages look as those of the report and
link to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import xlsxwriter

from csc_warehouse import quality
from csc_warehouse.files import private_directory
from csc_warehouse.report import due
from csc_warehouse.report.figures import Release
from csc_warehouse.report.pages import Audience, environment, write_script
from csc_warehouse.sql import statement

AUDIENCE = Audience(
    "worklist",
    "For those who correct records",
    "Restricted: it names children by the case system’s ids.",
    is_public=False,
)

#: Pages show so many records; the workbook has them all.
PAGE_RECORDS = 2_000

#: Of the indicators that a rule protects, those named beside a record: the most uncertain first.
NAMED_INDICATORS = 3

_COLUMNS = {
    "child_id": "Child",
    "record": "Record",
    "record_id": "Record id",
    "field": "Field",
    "why": "What is wrong",
    "how_to_resolve": "What to do",
    "indicators": "Figures that it leaves in doubt",
    "state": "State",
    "first_seen": "First seen",
    "age": "Months open",
    "came": "Since last month",
    "owner": "Owner of the rule",
    "worker": "Worker (key)",
    "source_file": "File",
    "row_number": "Row",
}
_MONTH_COLUMNS = ("la_code", "month", "new", "reopened", "resolved", "failing")


@dataclass(frozen=True)
class Team:
    """A team's failing records, the oldest first, as dictionaries with the keys of `_COLUMNS`."""

    la_code: str
    name: str
    page: str
    records: list[dict[str, Any]]

    @property
    def oldest(self) -> int:
        return max(int(record["age"]) for record in self.records)

    @property
    def accepted(self) -> int:
        return sum(record["state"] == "accepted" for record in self.records)

    @property
    def failing(self) -> int:
        return len(self.records) - self.accepted

    def came(self, how: str) -> int:
        """How many came since last month: `new`, or `back` after they were resolved."""
        return sum(record["came"] == how for record in self.records)

    @property
    def page_by_worker(self) -> str:
        return f"{self.page.removesuffix('.html')}-by-worker.html"

    @property
    def workers(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The records of each worker, for paper; those without one last."""
        by_worker = sorted(self.records, key=lambda each: (not each["worker"], each["worker"]))
        return [
            (worker, list(records))
            for worker, records in groupby(by_worker, key=lambda each: str(each["worker"]))
        ]


@dataclass(frozen=True)
class Progress:
    """How a team's records went: of each month those `failing` and `resolved`; None without any."""

    la_code: str
    team: str
    months: tuple[dict[str, Any] | None, ...]


def write(
    release: Release, analyst_db: Path, restricted_db: Path, folder: Path, child_link: str = ""
) -> None:
    """Write `folder`: index.html, two pages a team and worklist.xlsx, from a release's databases.

    `child_link` leads from a child's id into the case system, see `home_settings.Worklist`.
    """
    write_script(private_directory(folder))
    with duckdb.connect() as connection:
        connection.execute("attach $path as analyst (read_only)", {"path": str(analyst_db)})
        connection.execute("attach $path as restricted (read_only)", {"path": str(restricted_db)})
        connection.execute("use analyst")
        teams = list(_teams(connection))
        months = _dictionaries(connection, "worklist_month")
        rules = _dictionaries(connection, "worklist_rule")
        progress = _progress(_dictionaries(connection, "worklist_progress"))
        since = quality.counted_since(connection)
        horizon = max(due.WORKING_DAYS)
        teams_due = due.teams(_dictionaries(connection, "worklist_due", working_days=horizon))
    names = {each.la_code: each.name for each in release.authorities}
    shared = {
        "release": release,
        "audience": AUDIENCE,
        "names": names,
        "limit": PAGE_RECORDS,
        "since": since,
        "link": partial(_link, child_link),
    }
    for team in teams:
        for template, page in (
            ("worklist_team.html.j2", team.page),
            ("worklist_worker.html.j2", team.page_by_worker),
        ):
            text = environment().get_template(template).render(team=team, **shared)
            (folder / page).write_text(text, encoding="utf-8")
    index = environment().get_template("worklist.html.j2")
    text = index.render(teams=teams, months=months, rules=rules, progress=progress, **shared)
    (folder / "index.html").write_text(text, encoding="utf-8")
    due.write_pages(release, AUDIENCE, teams_due, folder)
    _write_workbook(folder / "worklist.xlsx", release, teams, months, teams_due)


def _link(child_link: str, child_id: str) -> str:
    """Where a child's id leads; nowhere for one that is not known, or of several."""
    if not child_link or child_id == "not known" or ", " in child_id:
        return ""
    return child_link.replace("{child_id}", quote(child_id, safe=""))


def _progress(rows: list[dict[str, Any]]) -> tuple[tuple[str, ...], list[Progress]]:
    """The months that there are, and each team's line through them."""
    months = tuple(sorted({row["month"] for row in rows}))
    by_team: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for row in rows:
        by_team.setdefault((row["la_code"], row["team"]), {})[row["month"]] = row
    return months, [
        Progress(la_code, team, tuple(found.get(month) for month in months))
        for (la_code, team), found in by_team.items()
    ]


def _teams(connection: duckdb.DuckDBPyConnection) -> Iterator[Team]:
    records: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for record in _dictionaries(connection, "worklist_record", named=NAMED_INDICATORS):
        records.setdefault((record.pop("la_code"), record.pop("team")), []).append(record)
    taken: set[str] = set()
    for (la_code, name), found in sorted(records.items()):
        stem = f"{la_code}-" + (re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "team")
        page = next(
            each
            for number in range(1, 1_000)
            if (each := f"{stem}{'' if number == 1 else f'-{number}'}.html") not in taken
        )
        taken.add(page)
        yield Team(la_code, name, page, found)


def _dictionaries(
    connection: duckdb.DuckDBPyConnection, name: str, **values: object
) -> list[dict[str, Any]]:
    cursor = connection.execute(statement(__package__, name), values)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _write_workbook(
    path: Path,
    release: Release,
    teams: list[Team],
    months: list[dict[str, Any]],
    teams_due: list[due.TeamDue],
) -> None:
    with xlsxwriter.Workbook(str(path), {"in_memory": False, "strings_to_formulas": False}) as book:
        # Nothing of the clock: the same release makes the same file.
        created = datetime.combine(release.as_at_date, time())
        book.set_properties({"title": "Records to correct", "created": created})
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
        sheet = book.add_worksheet("Summary")
        sheet.write(0, 0, f"Records to correct, as at {release.as_at_date}", bold)
        sheet.write(1, 0, "Restricted: it names children by the case system's ids.")
        headings = ("Authority", "Team", "Failing", "New", "Back", "Accepted", "Oldest (months)")
        sheet.write_row(3, 0, headings, bold)
        for row, team in enumerate(teams, start=4):
            counts = (
                team.failing, team.came("new"), team.came("back"), team.accepted, team.oldest,
            )  # fmt: skip
            sheet.write_row(row, 0, (team.la_code, team.name, *counts))
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, 1, 44)
        sheet.set_column(2, 6, 16)
        sheet = book.add_worksheet("Months")
        sheet.write_row(
            0, 0, ("Authority", "Month", "New", "Reopened", "Resolved", "Failing"), bold
        )
        for row, month in enumerate(months, start=1):
            sheet.write_row(row, 0, tuple(month[name] for name in _MONTH_COLUMNS))
        dates = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("Due soon")
        sheet.write_row(0, 0, ("Authority", *due.COLUMNS.values()), bold)
        duties = [duty for team in teams_due for duty in team.duties]
        for row, duty in enumerate(duties, start=1):
            sheet.write(row, 0, duty["la_code"])
            for column, name in enumerate(due.COLUMNS, start=1):
                sheet.write(row, column, duty[name], dates if name in ("asked", "due") else None)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(duties), len(due.COLUMNS))
        sheet.set_column(0, len(due.COLUMNS), 18)
        names: set[str] = {"summary", "months", "due soon"}
        for team in teams:
            sheet = book.add_worksheet(_sheet_name(f"{team.la_code} {team.name}", names))
            sheet.write_row(0, 0, tuple(_COLUMNS.values()), bold)
            for row, record in enumerate(team.records, start=1):
                for column, name in enumerate(_COLUMNS):
                    value = record[name]
                    is_long = name in ("why", "how_to_resolve", "indicators")
                    sheet.write(row, column, value, wrapped if is_long else None)
            sheet.freeze_panes(1, 1)
            sheet.autofilter(0, 0, len(team.records), len(_COLUMNS) - 1)
            sheet.set_column(0, 3, 18)
            sheet.set_column(4, 6, 48)
            sheet.set_column(7, len(_COLUMNS) - 1, 14)


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel takes: 31 characters, none of `[]:*?/\\`, once."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", name)
    for number in range(1, 1_000):
        ending = "" if number == 1 else f" {number}"
        found = plain[: 31 - len(ending)] + ending
        if found.lower() not in taken:
            taken.add(found.lower())
            return found
    raise ValueError(f"There are a thousand sheets called {plain[:20]}.")
