"""What is removed: a person, and what is older than its retention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from csc_warehouse.command.frame import (
    AsJson,
    app,
    finish,
    progress,
)
from csc_warehouse.settings import Home

if TYPE_CHECKING:
    from collections.abc import Sequence


@app.command()
def erase(
    person: Annotated[
        str, typer.Option(help="Case-system id of the person; - asks for it, unseen.")
    ],
    la: Annotated[str, typer.Option("--la", help="The person's authority, three digits.")],
    reason: Annotated[str, typer.Option(help="Why, such as a request's reference; no name.")],
    as_json: AsJson = False,
) -> None:
    """Remove every row of a person and every release that holds one; leaves a certificate."""
    from csc_warehouse.privacy import erasure
    from csc_warehouse.privacy.certificate import certificate_path

    home = Home.from_environment()
    if person == "-":
        person = typer.prompt("Case-system id", hide_input=True, err=True)
    with progress(as_json) as say:
        certificate = erasure.erase(home, la, person, reason, progress=say)
    finish(
        certificate.to_dict(),
        as_json,
        f"Erased: {sum(certificate.rows.values()):,} rows.",
        *(f"  {rows:7,} {table}" for table, rows in certificate.rows_by_table.items()),
        f"Files and folders removed: {len(certificate.removed)}. "
        f"Releases removed: {len(certificate.releases_removed)}.",
        *(
            [f"Published without the person: {done}."]
            if (done := certificate.release_published)
            else []
        ),
        *(["Removed releases come back without the person by:"] if certificate.run_again else []),
        *(f"  {command}" for command in certificate.run_again),
        *_left(
            "These landed files still name the person; the lake has not read them, so they were "
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
        f"Certificate: {certificate_path(home, certificate.certificate_id)}",
    )


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

    home = Home.from_environment()
    certificate = apply_retention(home, keep_months, dry_run=dry_run)
    path = certificate_path(home, certificate.certificate_id)
    finish(
        certificate.to_dict(),
        as_json,
        f"{'Would remove' if dry_run else 'Removed'} {len(certificate.removed)} files and folders.",
        *(f"  {name}" for name in certificate.removed),
        *([f"Certificate: {path}"] if path.is_file() and not dry_run else []),
    )
