"""Extracts before they are loaded: made-up ones, templates, what a file is, unknown codes."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from csc_warehouse.command.frame import (
    AsJson,
    Las,
    app,
    finish,
    print_rows,
    progress,
    screen,
)
from csc_warehouse.errors import WrongUse
from csc_warehouse.places import Home

if TYPE_CHECKING:
    from csc_warehouse.intake.inspection import Feed, FoundFile


class Scenario(StrEnum):
    """Stories with an end that somebody wrote."""

    COMMITTEE = "committee"


@app.command()
def generate(
    out: Annotated[Path, typer.Option(help="Folder to write into, such as data/landing.")],
    la: Annotated[
        str | None, typer.Option("--la", help="A fictional authority, 991 to 999.")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", help="First month, like 2019-04.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last month, like 2022-09.")] = None,
    scenario: Annotated[
        Scenario | None,
        typer.Option(help="Instead: the councils 992 to 996 of the committee documents."),
    ] = None,
    size: Annotated[float, typer.Option(help="1.0 is an authority of 45,000 children.")] = 1.0,
    seed: Annotated[int, typer.Option(help="The same seed makes the same children.")] = 7,
    source: Annotated[str, typer.Option(help="The form of the extracts.")] = "ssd",
    dialect: Annotated[
        str | None, typer.Option(help="systemc, mosaic or eclipse; by authority without it.")
    ] = None,
    faults: Annotated[bool, typer.Option(help="Plant faults, listed in ledger.csv.")] = True,
) -> None:
    """Make a fictional authority's monthly extracts, with realistic faults."""
    import csc_fictional as generator

    if scenario is not None:
        if la or first or last:
            raise WrongUse(
                "A scenario has its own authorities and months: leave --la, --from, --to."
            )
        written = generator.placed(out, generator.generate_committee)
        finish({}, False, f"Wrote {len(written)} files under {out}.")
        return
    if la is None or first is None or last is None:
        raise WrongUse("Say which authority and months: --la 991 --from 2022-07 --to 2022-09")
    with progress(False) as say:
        say(f"making authority {la}, {first} to {last}")
        written = generator.placed(
            out,
            lambda folder: generator.generate(
                la, first, last, size, seed, source, folder, faults=faults, dialect=dialect
            ),
        )
    finish({}, False, f"Wrote {len(written)} files under {out}.")


@app.command()
def template(
    name: Annotated[
        str,
        typer.Argument(
            help="A local extension: return_interviews, education_status, workforce; or what a "
            "council decides: codes, cp_visits, disclosure_threshold, localities, names, owners, "
            "sources, step_changes, targets, teams, thresholds."
        ),
    ],
    out: Annotated[Path | None, typer.Option(help="File or folder to write the CSV to.")] = None,
) -> None:
    """The CSV file of a local extension or of a council's decisions without rows, explained."""
    from csc_warehouse import council
    from csc_warehouse.build import crosswalks, localities
    from csc_warehouse.intake.adapters import local

    if name in local.template_names():
        dictionary = local.dictionary(name)
        written = ",".join(column for column, _ in dictionary) + "\n"
        told = [f"{column:24}{description}" for column, description in dictionary] + [written[:-1]]
    else:
        apart = {council.CODES: crosswalks.table, council.LOCALITIES: localities.table}
        table = apart[name]() if name in apart else council.table_named(name)
        written = council.template(table)
        told = written.splitlines()
    if out is None:
        for line in told:
            screen.print(line, markup=False, soft_wrap=True)
        return
    path = out / f"{name}.csv" if out.is_dir() else out
    if path.exists():
        raise WrongUse(f"{path} exists. Name another file, or move it away.")
    path.write_text(written, encoding="utf-8")
    screen.print(f"Wrote {path}.", markup=False, soft_wrap=True)


@app.command()
def inspect(
    path: Annotated[Path, typer.Argument(help="A dropped file, or a folder of them.")],
    as_json: AsJson = False,
) -> None:
    """Say what a file is before it is loaded: source, tables, what is missing, what it can feed."""
    from csc_warehouse.intake import inspection as inspecting

    seen = inspecting.inspect(path)
    finish({**seen.to_dict(), "is_known": seen.is_known}, as_json)
    if not as_json:
        for file in seen.files:
            _print_file(file)
        for feed in seen.feeds:
            _print_feed(feed)
    if not seen.is_known:
        raise typer.Exit(1)


def _print_file(file: FoundFile) -> None:
    details = " · ".join(word.replace("_", " ") for word in file.particulars.values())
    screen.print(f"[bold]{escape(Path(file.path).name)}[/]", end="  ")
    source = f"[green]{file.source}[/]" if file.source else "[red]no source knows it[/]"
    screen.print(source + (f"  [dim]{escape(details)}[/]" if details else ""))
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for heading in ("", "table", "rows", "columns", "missing or unknown"):
        table.add_column(heading, justify="right" if heading in ("rows", "columns") else "left")
    for found in file.tables:
        if found.table is None:
            mark, note = "[yellow]–[/]", found.reason or ""
            where = escape(found.label.partition("#")[2] or "")
            table.add_row(mark, where, "", "", escape(" ".join([note, found.what_to_do or ""])))
            continue
        lists = {"missing": found.columns_missing, "unknown": found.columns_unknown}
        notes = [f"{word}: {', '.join(names)}" for word, names in lists.items() if names]
        notes += [f"{found.rows_unreadable:,} rows can't be read"] if found.rows_unreadable else []
        notes += [" ".join([found.reason, found.what_to_do or ""])] if found.reason else []
        mark = "[green]✓[/]" if found.is_stored and not notes else "[yellow]•[/]"
        known = len(found.columns_known)
        note = escape("; ".join(notes))
        table.add_row(mark, found.table, f"{found.rows:,}", f"{known}", note)
    screen.print(table)
    if file.wrong_place:
        screen.print(f"[red]would be refused here:[/] {escape(file.wrong_place)}", soft_wrap=True)
    screen.print()


def _print_feed(feed: Feed) -> None:
    count = len(feed.indicators)
    subjects = ", ".join(word.replace("_", " ") for word in feed.subjects) or "no subject"
    screen.print(f"[bold]{feed.source}[/] can feed {count} indicators ({subjects}):", end=" ")
    screen.print(" ".join(feed.indicators) or "none", markup=False)
    for code, what in feed.lacking.items():
        screen.print(f"  [yellow]{code}[/] [dim]needs[/] {escape(', '.join(what))}")


@app.command()
def codes(
    la: Las = None,
    rows_only: Annotated[
        bool, typer.Option("--rows", help="As rows for the authority's codes.csv.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """What the current release could not read as a code, with the closest known codes."""
    from csc_warehouse import council
    from csc_warehouse.ask import releases
    from csc_warehouse.build import crosswalks

    home = Home.from_environment()
    current = releases.current(home)
    rows = crosswalks.unmapped(current.path / "restricted.duckdb", la)
    if as_json:
        finish({"release_id": current.release_id, "codes": rows}, as_json)
        return
    if rows_only:
        if len({row["la_code"] for row in rows}) > 1:
            raise WrongUse("Each authority has a file of its own. Say which: --la 991")
        print(",".join(crosswalks.table().headers))
        print(crosswalks.file_rows(rows), end="")
        return
    print_rows(
        [
            row
            | {
                "received": row["received"] or "(longer than a label: not shown)",
                "suggested": "; ".join(
                    f"{code} {label}" for code, label in row["suggestions"].items()
                )
                or None,
            }
            for row in rows
        ],
        la_code="la",
        code_set="code set",
        received="received",
        row_count="rows",
        columns="in",
        suggested="perhaps",
    )
    if rows:
        screen.print(
            f"Rows to look over and paste: csc codes --la LA --rows; the file: "
            f"{council.folder(home, '<la_code>')}/{council.CODES}.csv",
            markup=False,
            soft_wrap=True,
        )
