"""What is removed: a person, what is older than its retention, and a key with all made with it."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from csc_warehouse.command.frame import (
    AsJson,
    app,
    at_work,
    console,
    finish,
    home_there,
    progress,
)
from csc_warehouse.command.handing_out import hand_out, take_back
from csc_warehouse.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csc_warehouse.places import Home
    from csc_warehouse.privacy.certificate import Certificate
    from csc_warehouse.privacy.rekeying import Rekeying


@app.command()
def erase(
    person: Annotated[
        str, typer.Option(help="Case-system id of the person; - asks for it, unseen.")
    ],
    la: Annotated[str, typer.Option("--la", help="The person's authority, three digits.")],
    reason: Annotated[str, typer.Option(help="Why, such as a request's reference; no name.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove every row of a person and every release that holds one; leaves a certificate."""
    from csc_warehouse.privacy import erasure
    from csc_warehouse.privacy.certificate import certificate_path

    home = home_there()
    if person == "-":
        person = typer.prompt("Case-system id", hide_input=True, err=True)
    if dry_run or not yes:
        with progress(as_json) as say:
            planned = erasure.erase(home, la, person, reason, dry_run=True, progress=say)
        if dry_run:
            finish(planned.to_dict(), as_json, *_erased(planned, "Would erase"))
            return
        for line in _erased(planned, "To be erased"):
            console.print(line, markup=False, soft_wrap=True)
        if not sys.stdin.isatty():
            raise WrongUse("Nothing was erased. Say --yes where nobody can be asked.")
        typer.confirm("It can't be undone. Erase?", abort=True, err=True)
    with at_work(home), progress(as_json) as say:
        certificate = erasure.erase(home, la, person, reason, progress=say)
        handed = _to_readers(home, certificate.release_published)
    finish(
        certificate.to_dict(),
        as_json,
        *_erased(certificate, "Erased"),
        *(
            [f"Published without the person: {done}."]
            if (done := certificate.release_published)
            else []
        ),
        *(["Removed releases come back without the person by:"] if certificate.run_again else []),
        *(f"  {command}" for command in certificate.run_again),
        *handed,
        f"Certificate: {certificate_path(home, certificate.certificate_id)}",
    )


def _to_readers(home: Home, published: str | None) -> list[str]:
    """Removed releases are withdrawn from their readers, who get the one published instead."""
    return take_back(home) + (hand_out(home, published) if published else [])


def _erased(certificate: Certificate, what: str) -> list[str]:
    """What was, or would be, removed: counts and paths; and which landed files stay."""
    return [
        f"{what}: {sum(certificate.rows.values()):,} rows.",
        *(f"  {rows:7,} {table}" for table, rows in certificate.rows_by_table.items()),
        f"Files and folders: {len(certificate.removed)}. "
        f"Releases: {len(certificate.releases_removed)}.",
        *_left(
            "These landed files still name the person; the lake has not read them, so they are "
            "not removed. Remove them, or land them without the person:",
            certificate.holding,
        ),
        *_left(
            "These landed files could not be searched; look through them:", certificate.unsearched
        ),
        *_left(
            "Landed files without the id, which may name the person in other words:",
            sorted({*certificate.left} - {*certificate.holding, *certificate.unsearched}),
        ),
    ]


def _left(said: str, paths: Sequence[str]) -> list[str]:
    return [said, *(f"  {path}" for path in paths)] if paths else []


@app.command()
def retention(
    keep_months: Annotated[
        int | None,
        typer.Option(help="Months kept, the newest landed one included; as the seed without it."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove what is older than its retention; leaves a certificate."""
    from csc_warehouse.privacy.certificate import certificate_path
    from csc_warehouse.privacy.retention import apply_retention

    home = home_there()
    certificate = apply_retention(home, keep_months, dry_run=dry_run)
    handed = [] if dry_run else take_back(home)
    path = certificate_path(home, certificate.certificate_id)
    finish(
        certificate.to_dict(),
        as_json,
        f"{'Would remove' if dry_run else 'Removed'} {len(certificate.removed)} files and folders.",
        *(f"  {name}" for name in certificate.removed),
        *handed,
        *([f"Certificate: {path}"] if path.is_file() and not dry_run else []),
    )


@app.command()
def rekey(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Change it without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a new key, and a release whose keys can't be joined with those before."""
    from csc_warehouse.privacy import rekeying

    home = home_there()
    if dry_run or not yes:
        planned = rekeying.rekey(home, dry_run=True)
        if dry_run:
            finish(asdict(planned), as_json, *_rekeyed(planned, "Would be made anew"))
            return
        for line in _rekeyed(planned, "To be made anew"):
            console.print(line, markup=False, soft_wrap=True)
        if not sys.stdin.isatty():
            raise WrongUse("Nothing was changed. Say --yes where nobody can be asked.")
        typer.confirm("It can't be undone. Change the key?", abort=True, err=True)
    with at_work(home), progress(as_json) as say:
        done = rekeying.rekey(home, progress=say)
        handed = _to_readers(home, done.release_published)
    finish(
        asdict(done),
        as_json,
        *_rekeyed(done, "Made anew"),
        *([f"Published with the new key: {new}."] if (new := done.release_published) else []),
        *handed,
        "Back up keys/ and lake/ now, together: a backup from before has the old key.",
    )


def _rekeyed(done: Rekeying, what: str) -> list[str]:
    """What was, or would be, made anew and removed."""
    return [
        f"{what}: {done.loads} loads. Releases removed: {len(done.releases_removed)}.",
        *(["Removed releases come back with the new key by:"] if done.run_again else []),
        *(f"  {command}" for command in done.run_again),
    ]
