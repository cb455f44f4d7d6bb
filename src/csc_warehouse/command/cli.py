"""The `csc` command. Exit codes: 0 done, 1 the data was refused, 2 wrong use, 3 our fault."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import NoReturn

import typer

# isort: off
# In the order in which `csc --help` lists their commands.
from csc_warehouse.command import month, readers, figures, worklist, extracts, people  # noqa: F401
from csc_warehouse.command import watching, acts, developing  # noqa: F401

# isort: on
from csc_warehouse.command.frame import app, console
from csc_warehouse.command.interruption import stopping_within
from csc_warehouse.errors import CscError, DataRefused, WrongUse, said_by_system

_INTERRUPTED = 130
_SECONDS_TO_STOP = 10


def main() -> None:
    """Run the command; every failure ends with a message for people and its exit code."""
    try:
        # Without its own error handling, so that every failure ends here; a code that a command
        # exits with comes back as the result: 130 of Ctrl-C.
        with stopping_within(_SECONDS_TO_STOP, _end_at_once):
            code = app(standalone_mode=False) or 0
        if code == _INTERRUPTED:
            _stopped()
        sys.exit(code)
    except (typer.Abort, KeyboardInterrupt):
        _stopped()
    except typer.TyperException as error:
        if str(error):
            console.print("[bold red]Wrong use.[/]", end=" ")
            console.print(f"{error}. `csc COMMAND --help` says how.", markup=False)
        sys.exit(2)
    except CscError as error:
        console.print(f"[bold red]{_kind(error)}[/]", end=" ")
        console.print(str(error), markup=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except Exception as error:
        # What a query that Ctrl-C reached raises, instead of KeyboardInterrupt.
        if isinstance(error, RuntimeError) and str(error) == "Query interrupted":
            _stopped()
        console.print("[bold red]Failed.[/]", end=" ")
        console.print(said_by_system(error) or _our_fault(error), markup=False, soft_wrap=True)
        sys.exit(CscError.exit_code)


def _our_fault(error: Exception) -> str:
    """Where it happened, without the error's words: they may quote a value."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}: a fault of "
        "this program. The last release stays. Report it, with what `csc --version` says."
    )


def _stopped() -> NoReturn:
    _say_stopped()
    sys.exit(_INTERRUPTED)


def _end_at_once() -> NoReturn:
    """As if killed: a command that was is repaired by being run again."""
    _say_stopped()
    os._exit(_INTERRUPTED)


def _say_stopped() -> None:
    console.print("Stopped. Nothing is half done: run the same command again.")


def _kind(error: CscError) -> str:
    if isinstance(error, DataRefused):
        return "Refused."
    return "Wrong use." if isinstance(error, WrongUse) else "Failed."
