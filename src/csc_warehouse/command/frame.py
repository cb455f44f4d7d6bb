"""What every command shares: the program and its options, its screen, how results are told."""

from __future__ import annotations

import csv
import fcntl
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from csc_warehouse.build.version import code_version
from csc_warehouse.errors import CscError, WrongUse
from csc_warehouse.files import private_directory, restrict_new_files
from csc_warehouse.places import Home
from csc_warehouse.processes import collect_rarely

app = typer.Typer(
    name="csc",
    help="Children's services data: from a monthly extract to a number that opens to its records.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
console = Console(stderr=True, highlight=False)
# What is piped into a file is not folded at 80 columns.
screen = Console(highlight=False, width=None if sys.stdout.isatty() else 200)

Las = Annotated[
    list[str] | None,
    typer.Option("--la", help="Authority, three digits; repeats. Without it: all that landed."),
]
MonthOption = Annotated[
    str, typer.Option("--month", help="The month whose end the extract describes, like 2022-09.")
]
EngineOption = Annotated[
    str | None,
    typer.Option("--engine", help="What computes the tables: duckdb, spark, or its address."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print the rows as CSV, all their columns.")]


def _say_version(asked: bool) -> None:
    """Print which package, which code (as in a release's manifest) and which engines these are."""
    if asked:
        screen.print(f"csc-warehouse {version('csc-warehouse')}")
        screen.print(f"code {code_version()}")
        screen.print(f"DuckDB {version('duckdb')}, dbt {version('dbt-core')}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="Say which version this is."
        ),
    ] = False,
) -> None:
    """The options of `csc` itself."""


def home_there() -> Home:
    """The home of the environment; `WrongUse` where nothing is there yet."""
    home = Home.from_environment()
    if not home.root.is_dir():
        raise WrongUse(
            f"There is no folder {home.root}. Set CSC_HOME to the folder that holds landing/."
        )
    return home


@contextmanager
def at_work(home: Home) -> Iterator[None]:
    """One command at a time changes what is under a home; raises `CscError` for a second one."""
    restrict_new_files()
    collect_rarely()
    private_directory(home.work)
    with (home.work / ".at_work").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CscError(
                f"Another command is at work in {home.root}. Wait until it has ended, then run "
                "this one again: nothing was changed."
            ) from None
        yield


@contextmanager
def progress(quiet: bool) -> Iterator[Any]:
    """A function that shows the step being done; silent where the output is for machines."""
    if quiet:
        yield lambda _: None
    elif console.is_terminal:
        with console.status("starting") as status:
            yield lambda text: status.update(f"{text} …")
    else:
        yield lambda text: console.print(f"{text} …", markup=False)


def finish(summary: dict[str, Any], as_json: bool, *lines: str) -> None:
    if as_json:
        print(json.dumps(summary, indent=2, default=str))
    else:
        for line in lines:
            screen.print(line, markup=False, soft_wrap=True)


def print_csv(rows: list[dict[str, Any]]) -> None:
    """Rows as CSV with a header; nothing where there is none. What is not known is empty."""
    if rows:
        writer = csv.DictWriter(sys.stdout, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def print_rows(rows: list[dict[str, Any]], **columns: str) -> None:
    """A table of `columns` (name in the row: heading) of `rows`; an empty column is left out."""
    if not rows:
        screen.print("Nothing to show.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    shown = [name for name in columns if any(row[name] is not None for row in rows)]
    for name in shown:
        right = any(isinstance(row[name], (int, float)) for row in rows)
        table.add_column(columns[name], justify="right" if right else "left")
    for row in rows:
        table.add_row(*(_cell(row[name]) for name in shown))
    screen.print(table)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else ""
    return f"{value:,.1f}" if isinstance(value, float) else str(value)
