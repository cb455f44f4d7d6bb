"""The `csc` command: the steps of the pipeline, and questions to what it published.

Exit codes: 0 done, 1 the data was refused, 2 wrong use, 3 our fault.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from csc_warehouse.errors import CscError, DataRefused, WrongUse
from csc_warehouse.settings import Home

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

_INTERRUPTED = 130

Las = Annotated[
    list[str] | None,
    typer.Option("--la", help="Authority, three digits; repeats. Without it: all that landed."),
]
Month = Annotated[
    str, typer.Option("--month", help="The month whose end the extract describes, like 2022-09.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


class Gate(StrEnum):
    """Where expectations are checked: the file, the record, the release."""

    RAW = "raw"
    STAGING = "staging"
    MARTS = "marts"


def main() -> None:
    """Run the command; every failure ends with a message for people and its exit code."""
    try:
        # Without its own error handling, so that every failure ends here; a code that a command
        # exits with comes back as the result: 130 of Ctrl-C.
        code = app(standalone_mode=False) or 0
        if code == _INTERRUPTED:
            _stopped()
        sys.exit(code)
    except (typer.Abort, KeyboardInterrupt):
        _stopped()
    except RuntimeError as error:
        # What a query that Ctrl-C reached raises, instead of KeyboardInterrupt.
        if str(error) != "Query interrupted":
            raise
        _stopped()
    except typer.TyperException as error:
        if str(error):
            console.print("[bold red]Wrong use.[/]", end=" ")
            console.print(f"{error}. `csc COMMAND --help` says how.", markup=False)
        sys.exit(2)
    except CscError as error:
        console.print(f"[bold red]{_kind(error)}[/]", end=" ")
        console.print(str(error), markup=False)
        sys.exit(error.exit_code)


def _stopped() -> NoReturn:
    console.print("Stopped. Nothing is half done: run the same command again.")
    sys.exit(_INTERRUPTED)


def _kind(error: CscError) -> str:
    if isinstance(error, DataRefused):
        return "Refused."
    return "Wrong use." if isinstance(error, WrongUse) else "Failed."


@contextmanager
def _progress(quiet: bool) -> Iterator[Any]:
    """A function that shows the step being done; silent where the output is for machines."""
    if quiet:
        yield lambda _: None
    elif console.is_terminal:
        with console.status("starting") as status:
            yield lambda text: status.update(f"{text} …")
    else:
        yield lambda text: console.print(f"{text} …", markup=False)


def _for_month(month: str, say: Callable[[str], None]) -> Callable[[str], None]:
    """`say`, with the month in front."""
    return lambda text: say(f"{month}: {text}")


def _finish(summary: dict[str, Any], as_json: bool, *lines: str) -> None:
    if as_json:
        print(json.dumps(summary, indent=2, default=str))
    else:
        for line in lines:
            screen.print(line, markup=False, soft_wrap=True)


@app.command()
def demo(
    months: Annotated[int, typer.Option(help="How many months of extracts, up to 2022-09.")] = 3,
    size: Annotated[float, typer.Option(help="1.0 is an authority of 45,000 children.")] = 0.2,
    as_json: AsJson = False,
) -> None:
    """Make a fictional authority's extracts and run every month of them."""
    from csc_warehouse import generate, pipeline
    from csc_warehouse.checker import checking_process

    home = Home.from_environment()
    last = 2022 * 12 + 8
    names = [
        f"{number // 12}-{number % 12 + 1:02d}" for number in range(last - months + 1, last + 1)
    ]
    with _progress(as_json) as say, checking_process() as checks:
        say("making the fictional authority 991")
        generate.generate("991", names[0], names[-1], size, 7, "ssd", home.landing)
        for month in names:
            summary = pipeline.run_month(
                home, ["991"], month, progress=_for_month(month, say), checks=checks
            )
    _finish(summary, as_json, *_released(summary))


@app.command()
def generate(
    la: Annotated[str, typer.Option("--la", help="A fictional authority, 991 to 999.")],
    first: Annotated[str, typer.Option("--from", help="First month, like 2019-04.")],
    last: Annotated[str, typer.Option("--to", help="Last month, like 2022-09.")],
    out: Annotated[Path, typer.Option(help="Folder to write into, such as data/landing.")],
    size: Annotated[float, typer.Option(help="1.0 is an authority of 45,000 children.")] = 1.0,
    seed: Annotated[int, typer.Option(help="The same seed makes the same children.")] = 7,
    source: Annotated[str, typer.Option(help="The form of the extracts.")] = "ssd",
    dialect: Annotated[
        str | None, typer.Option(help="systemc, mosaic or eclipse; by authority without it.")
    ] = None,
    faults: Annotated[bool, typer.Option(help="Plant faults, listed in ledger.csv.")] = True,
) -> None:
    """Make a fictional authority's monthly extracts, with realistic faults."""
    from csc_warehouse import generate as generator

    with _progress(False) as say:
        say(f"making authority {la}, {first} to {last}")
        written = generator.generate(
            la, first, last, size, seed, source, out, faults=faults, dialect=dialect
        )
    _finish({}, False, f"Wrote {len(written)} files under {out}.")


@app.command()
def run(
    month: Month,
    la: Las = None,
    accept: Annotated[str | None, typer.Option(help="Why critical failures may go out.")] = None,
    by: Annotated[str | None, typer.Option(help="Who accepts them.")] = None,
    as_json: AsJson = False,
) -> None:
    """Land, build, check, publish and report one month."""
    from csc_warehouse import pipeline
    from csc_warehouse.checker import checking_process

    _check_acceptance(accept, by)
    with _progress(as_json) as say, checking_process() as checks:
        summary = pipeline.run_month(
            Home.from_environment(),
            la,
            month,
            accept=accept,
            accepted_by=by,
            progress=say,
            checks=checks,
        )
    _finish(summary, as_json, *_released(summary))


def _check_acceptance(accept: str | None, by: str | None) -> None:
    if bool(accept) != bool(by):
        raise WrongUse("--accept REASON and --by NAME go together: a reason needs somebody's name.")


def _released(summary: dict[str, Any]) -> list[str]:
    first = (
        f"Release {summary['release_id']} was published before; nothing changed."
        if summary["already_published"]
        else f"Published release {summary['release_id']}."
    )
    return [
        first,
        *(
            f"  {la_code} was refused and keeps its last accepted load: {why}"
            for la_code, why in summary.get("refused", {}).items()
        ),
        f"  report            {summary['report']}",
        f"  analyst database  {summary['analyst_database']}",
    ]


@app.command()
def land(month: Month, la: Las = None, as_json: AsJson = False) -> None:
    """Read the files of one month into the lake."""
    from csc_warehouse import pipeline

    home = Home.from_environment()
    la_codes = la or pipeline.authorities_with_files(home, month)
    if not la_codes:
        raise DataRefused(f"No files for {month}: put them in {home.landing}/<la_code>/{month}/.")
    summaries = [pipeline.land(home, la_code, month) for la_code in la_codes]
    lines = [
        f"{summary['la_code']} {load['source']}: {load['rows_in']:,} rows in, "
        f"{load['rows_kept']:,} kept, {load['rows_quarantined']:,} quarantined "
        f"(load {load['load_id']})"
        for summary in summaries
        for load in summary["loads"]
    ]
    _finish({"landed": summaries}, as_json, *lines)


@app.command()
def build(month: Month, la: Las = None, as_json: AsJson = False) -> None:
    """Build the release candidate of one month, with the checks that its numbers need."""
    from csc_warehouse import pipeline

    home = Home.from_environment()
    with _progress(as_json) as say:
        say("checking the files")
        pipeline.check_raw(home, la, month)
        say("building the records")
        pipeline.build_staging(home, la, month)
        say("checking the records")
        pipeline.check_staging(home, la, month)
        say("building the star and the indicators")
        summary = pipeline.build_star(home, la, month)
    _finish(summary, as_json, f"Built candidate {summary['release_id']}.")


@app.command()
def check(
    month: Month,
    la: Las = None,
    gate: Annotated[Gate, typer.Option(help="Which gate.")] = Gate.MARTS,
    as_json: AsJson = False,
) -> None:
    """Check the candidate of one month at a gate; exit code 1 if a critical rule failed."""
    from csc_warehouse import pipeline

    step = {
        Gate.RAW: pipeline.check_raw,
        Gate.STAGING: pipeline.check_staging,
        Gate.MARTS: pipeline.check_marts,
    }[gate]
    summary = step(Home.from_environment(), la, month)
    _finish(
        summary,
        as_json,
        f"Gate {gate} of {summary['release_id']}: "
        + ("no critical failure." if summary["passed"] else "critical failures:"),
        *(f"  {failure}" for failure in summary["critical"]),
    )
    if not summary["passed"]:
        raise typer.Exit(1)


@app.command()
def publish(
    month: Month,
    la: Las = None,
    accept: Annotated[str | None, typer.Option(help="Why critical failures may go out.")] = None,
    by: Annotated[str | None, typer.Option(help="Who accepts them.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make the checked candidate of one month the release that readers see."""
    from csc_warehouse import pipeline

    _check_acceptance(accept, by)
    summary = pipeline.publish(Home.from_environment(), la, month, accept, by)
    _finish(summary, as_json, *_released(summary))


@app.command()
def report(as_json: AsJson = False) -> None:
    """Say where the current release's report, workbook and worklist are."""
    from csc_warehouse import release

    current = release.current(Home.from_environment())
    places = {
        "release_id": current.release_id,
        "report": str(current.report),
        "workbook": str(current.path / "indicators.xlsx"),
        "worklist": str(current.path / "worklist.csv"),
        "analyst_database": str(current.analyst_db),
    }
    _finish(places, as_json, *(f"{name:17} {place}" for name, place in places.items()))


@app.command()
def indicator(
    code: Annotated[str, typer.Argument(help="Indicator code, like REF-03.")],
    la: Las = None,
    period: Annotated[str | None, typer.Option(help="Period type, like rolling_12_months.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First day, like 2020-01-01.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day, like 2022-06-30.")] = None,
    breakdown: Annotated[str, typer.Option(help="Breakdown, like age_band.")] = "all",
    as_json: AsJson = False,
) -> None:
    """A value of the current release: for the newest standard periods, or any two dates."""
    from csc_warehouse import indicators, release

    current = release.current(Home.from_environment())
    rows = indicators.indicator_value(
        current.analyst_db,
        code,
        la_codes=la,
        period_type=period,
        date_from=first,
        date_to=last,
        breakdown=breakdown,
    )
    _finish({"release_id": current.release_id, "values": rows}, as_json)
    if not as_json:
        known = indicators.definition(current.analyst_db, code)
        screen.print(f"[bold]{known['indicator_code']}[/]  {known['title']}")
        screen.print(known["definition"], markup=False)
        screen.print()
        _print_rows(
            rows,
            la_code="la",
            period_type="period",
            period_start_date="from",
            period_end_date="to",
            **({} if breakdown == "all" else {"breakdown_value": breakdown}),
            numerator="numerator",
            denominator="denominator",
            value="value",
            lower_bound="could be from",
            upper_bound="to",
            unavailable_reason="not available because",
        )


@app.command()
def explain(
    code: Annotated[str, typer.Argument(help="Indicator code, like REF-03.")],
    period: Annotated[str, typer.Option(help="Period type, like rolling_12_months.")],
    end: Annotated[str | None, typer.Option(help="Last day of the period; newest without.")] = None,
    la: Las = None,
    as_json: AsJson = False,
) -> None:
    """The records behind a value of the current release, down to file and row."""
    from csc_warehouse import indicators, release

    current = release.current(Home.from_environment())
    rows = indicators.explain(
        current.analyst_db, code, la_codes=la, period_type=period, period_end=end
    )
    _finish({"release_id": current.release_id, "records": rows}, as_json)
    if not as_json:
        _print_rows(
            rows,
            la_code="la",
            event_date="date",
            numerator="numerator",
            denominator="denominator",
            is_in_doubt="in doubt",
            record_table="record",
            record_key="key",
            source_file="file",
            row_number="row",
        )


@app.command()
def issues(
    team: Annotated[str | None, typer.Option(help="Only this owner's.")] = None,
    la: Las = None,
    as_json: AsJson = False,
) -> None:
    """The open data-quality issues of the current release, by rule."""
    from csc_warehouse import release
    from csc_warehouse.issues import open_issues

    current = release.current(Home.from_environment())
    rows = open_issues(current.analyst_db, owner=team, la_codes=la)
    _finish({"release_id": current.release_id, "issues": rows}, as_json)
    if not as_json:
        _print_rows(
            rows,
            la_code="la",
            owner="owner",
            rule_id="rule",
            records="records",
            first_seen="first seen",
            why="what is wrong",
        )
        screen.print(f"Each record: {current.path / 'worklist.csv'}", markup=False, soft_wrap=True)


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
    from csc_warehouse import privacy

    home = Home.from_environment()
    if person == "-":
        person = typer.prompt("Case-system id", hide_input=True, err=True)
    with _progress(as_json) as say:
        certificate = privacy.erase(home, la, person, reason, progress=say)
    _finish(
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
        *(["Not in the lake, so not removed; look through them:"] if certificate.left else []),
        *(f"  {path}" for path in certificate.left),
        f"Certificate: {privacy.certificate_path(home, certificate.certificate_id)}",
    )


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
    from csc_warehouse import privacy

    home = Home.from_environment()
    certificate = privacy.apply_retention(home, keep_months, dry_run=dry_run)
    path = privacy.certificate_path(home, certificate.certificate_id)
    _finish(
        certificate.to_dict(),
        as_json,
        f"{'Would remove' if dry_run else 'Removed'} {len(certificate.removed)} files and folders.",
        *(f"  {name}" for name in certificate.removed),
        *([f"Certificate: {path}"] if path.is_file() and not dry_run else []),
    )


def _print_rows(rows: list[dict[str, Any]], **columns: str) -> None:
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
