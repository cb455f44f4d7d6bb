"""Each reader's part of a release: below a folder, or in a PostgreSQL server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csc_warehouse import home_settings
from csc_warehouse.command.frame import AsJson, app, at_work, finish, home_there, progress
from csc_warehouse.command.handing_out import delivered, served
from csc_warehouse.errors import WrongUse

if TYPE_CHECKING:
    from csc_warehouse.readers.delivery import Delivered

ReleaseOption = Annotated[str, typer.Option("--release", help="Which one; without it the current.")]


@app.command()
def deliver(
    to: Annotated[
        Path | None, typer.Option(help="The folder below which each audience has its own.")
    ] = None,
    audience: Annotated[
        list[str] | None, typer.Option(help="members, officers, analysts or quality; repeats.")
    ] = None,
    release: ReleaseOption = "current",
    as_json: AsJson = False,
) -> None:
    """Put each audience's part of a release into a folder of its own; as settings.toml says."""
    from csc_warehouse.readers import delivery

    home = home_there()
    settings = home_settings.read(home).deliver
    folder = to or (Path(settings.to) if settings.to else None)
    audiences = audience or settings.audiences
    if folder is None or not audiences:
        missing = "--to FOLDER" if folder is None else "--audience NAME"
        raise WrongUse(
            f"Say {missing}, or write it under [deliver] in {home_settings.path_of(home)}."
        )
    with at_work(home), progress(as_json) as say:
        say(f"delivering to {', '.join(audiences)}")
        done = delivery.deliver(home, folder, audiences, release)
    finish({"delivered": [as_summary(each) for each in done]}, as_json, *delivered(done))


@app.command()
def serve(
    to: Annotated[
        str | None, typer.Option(help="postgresql://USER@HOST/DATABASE, without a password.")
    ] = None,
    password_file: Annotated[
        Path | None, typer.Option(help="A file with the password; without it as libpq has it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Have the current release in a PostgreSQL database, for the roles that may read it."""
    from csc_warehouse.readers import serving

    home = home_there()
    settings = home_settings.read(home).serve
    address = to or settings.to
    if not address:
        raise WrongUse(
            "Say --to postgresql://USER@HOST/DATABASE, or write it under [serve] in "
            f"{home_settings.path_of(home)}."
        )
    password = str(password_file) if password_file else "" if to else settings.password_file
    with at_work(home), progress(as_json) as say:
        say("serving")
        done = serving.serve(home, address, password)
    finish(vars(done), as_json, *served(done))


def as_summary(each: Delivered) -> dict[str, Any]:
    """What JSON says of a delivery."""
    return vars(each) | {"folder": str(each.folder)}
