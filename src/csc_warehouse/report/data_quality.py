"""The restricted part of the report: open issues by rule, and the way to each list and rule page.

It names no child: rules, teams and counts. The rule pages lie under it, the worklist beside the
report.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from csc_warehouse import quality
from csc_warehouse.report.figures import Release
from csc_warehouse.report.pages import Audience, environment, write_script
from csc_warehouse.sql import statement

AUDIENCE = Audience(
    "data_quality",
    "For those who correct records",
    "Restricted: rules, teams and counts; it names no child.",
    is_public=False,
)


@dataclass(frozen=True)
class Row:
    """A rule with the open issues of a team that corrects; `owner` answers for the rule."""

    rule_id: str
    la_code: str
    team: str
    owner: str
    severity: str
    open: int
    age_months: int
    why: str
    how_to_resolve: str


def write(connection: duckdb.DuckDBPyConnection, release: Release, folder: Path) -> None:
    """Write index.html into `folder`."""
    write_script(folder)
    rows = [
        Row(*row) for row in connection.execute(statement(__package__, "open_issue")).fetchall()
    ]
    (folder / "index.html").write_text(
        environment()
        .get_template("data_quality.html.j2")
        .render(
            release=release,
            audience=AUDIENCE,
            rows=rows,
            names={each.la_code: each.name for each in release.authorities},
            total=sum(row.open for row in rows),
            since=quality.counted_since(connection),
        ),
        encoding="utf-8",
    )
