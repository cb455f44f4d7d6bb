"""The journal: who did what, and whether all of it still stands."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from csc_warehouse.command.frame import AsJson, app, finish, print_rows
from csc_warehouse.places import Home

journal_app = typer.Typer(help="Who did what, and when; `verify` says whether a line was changed.")
app.add_typer(journal_app, name="journal")


@journal_app.callback(invoke_without_command=True)
def journal(
    context: typer.Context,
    lines: Annotated[int, typer.Option(help="How many of the newest lines.", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """The newest lines of the journal, the newest last."""
    from csc_warehouse import journal

    if context.invoked_subcommand is not None:
        return
    newest = journal.newest(Home.from_environment(), lines)
    finish({"lines": [asdict(line) for line in newest]}, as_json)
    if not as_json:
        rows = [
            asdict(line) | {"about": " ".join(line.about.values()), "hash": line.sha256[:12]}
            for line in newest
        ]
        print_rows(
            rows, number="line", at="when", act="what", who="who", about="about", hash="hash"
        )


@journal_app.command()
def verify(
    head: Annotated[
        str | None, typer.Option(help="A hash of a line, noted elsewhere: one must have it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Name the first line that was changed, taken out, moved or cut off; exit code 1 if one was."""
    from csc_warehouse import journal

    home = Home.from_environment()
    verdict = journal.verify(home, head)
    finish(
        asdict(verdict),
        as_json,
        f"{journal.path_of(home)}: {verdict.fault or 'every line stands'}.",
        f"{verdict.lines} lines stand, the last has the hash {verdict.head}.",
    )
    if verdict.fault:
        raise typer.Exit(1)
