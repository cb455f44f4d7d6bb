"""How a home is, for people and for monitoring."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import typer

from csc_warehouse.command.frame import AsJson, app, finish, home_there, print_rows, screen


@app.command()
def status(as_json: AsJson = False) -> None:
    """The last release by authority, what waits, the disk; exit code 1 if somebody should look."""
    from csc_warehouse.ask import status as asked

    found = asked.status(home_there(), datetime.now(UTC))
    finish(asdict(found), as_json)
    if not as_json:
        if found.authorities:
            print_rows(
                [asdict(each) for each in found.authorities],
                la_code="authority",
                month="month",
                age_days="days old",
                is_late="late",
                release_id="release",
            )
        for line in (
            f"current release   {found.current or 'none'}",
            "rules             "
            + (", ".join(f"{count} {name}" for name, count in found.rules.items()) or "none"),
            f"open issues       {found.open_issues:,}",
            f"waiting           {len(found.waiting)} for a decision",
            f"disk              {found.bytes_free / 1e9:.1f} GB free; the release has "
            f"{found.bytes_of_release / 1e9:.2f} GB",
            f"journal           {found.journal_lines} lines",
            *(f"look at           {said}" for said in found.attention),
        ):
            screen.print(line, markup=False, soft_wrap=True)
    if found.attention:
        raise typer.Exit(1)
