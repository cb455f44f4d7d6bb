"""The `csc` command: the steps of the pipeline, and questions to what it published.

Exit codes: 0 done, 1 the data was refused, 2 wrong use, 3 our fault.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from csc_warehouse.errors import CscError, DataRefused, WrongUse
from csc_warehouse.processes import second_process
from csc_warehouse.settings import Home

if TYPE_CHECKING:
    from csc_warehouse.intake.inspection import Feed, FoundFile

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

#: What the second process of a month needs; this one imports it where it is used.
STEPS = "csc_warehouse.run_month.steps"

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


class Scenario(StrEnum):
    """Stories with an end that somebody wrote."""

    COMMITTEE = "committee"


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


def program() -> NoReturn:
    """The command as a program of its own: it is over as soon as it has said its last word.

    To take apart what dbt has made takes Python most of a second.
    """
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else bool(end.code)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


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
    import csc_fictional
    from csc_warehouse.run_month import steps

    home = Home.from_environment()
    last = 2022 * 12 + 8
    names = [
        f"{number // 12}-{number % 12 + 1:02d}" for number in range(last - months + 1, last + 1)
    ]
    with _progress(as_json) as say, second_process(STEPS) as other_process:
        say("making the fictional authority 991")
        csc_fictional.generate("991", names[0], names[-1], size, 7, "ssd", home.landing)
        for month in names:
            summary = steps.run_month(
                home,
                ["991"],
                month,
                progress=_for_month(month, say),
                other_process=other_process,
            )
    _finish(summary, as_json, *_released(summary))


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
        written = generator.generate_committee(out)
        _finish({}, False, f"Wrote {len(written)} files under {out}.")
        return
    if la is None or first is None or last is None:
        raise WrongUse("Say which authority and months: --la 991 --from 2022-07 --to 2022-09")
    with _progress(False) as say:
        say(f"making authority {la}, {first} to {last}")
        written = generator.generate(
            la, first, last, size, seed, source, out, faults=faults, dialect=dialect
        )
    _finish({}, False, f"Wrote {len(written)} files under {out}.")


@app.command()
def template(
    name: Annotated[
        str,
        typer.Argument(help="return_interviews, education_status, workforce; or crosswalk."),
    ],
    out: Annotated[Path | None, typer.Option(help="File or folder to write the CSV to.")] = None,
) -> None:
    """The CSV file of a local extension or a crosswalk without rows, and what its columns hold."""
    from csc_warehouse.build import crosswalks
    from csc_warehouse.intake.adapters import local

    own = name == "crosswalk"
    dictionary = list(crosswalks.COLUMNS.items()) if own else local.dictionary(name)
    headers = [column for column, _ in dictionary]
    if out is None:
        for column, description in dictionary:
            screen.print(f"{column:24}{description}", markup=False, soft_wrap=True)
        screen.print(",".join(headers), markup=False, soft_wrap=True)
        return
    path = out / f"{name}.csv" if out.is_dir() else out
    if path.exists():
        raise WrongUse(f"{path} exists. Name another file, or move it away.")
    path.write_text(",".join(headers) + "\n", encoding="utf-8")
    screen.print(f"Wrote {path}.", markup=False, soft_wrap=True)


@app.command()
def run(
    month: Month,
    la: Las = None,
    accept: Annotated[str | None, typer.Option(help="Why critical failures may go out.")] = None,
    by: Annotated[str | None, typer.Option(help="Who accepts them.")] = None,
    as_json: AsJson = False,
) -> None:
    """Land, build, check, publish and report one month."""
    _check_acceptance(accept, by)
    with _progress(as_json) as say, second_process(STEPS) as other_process:
        from csc_warehouse.run_month import steps  # while the other process imports what it needs

        summary = steps.run_month(
            Home.from_environment(),
            la,
            month,
            accept=accept,
            accepted_by=by,
            progress=say,
            other_process=other_process,
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
def inspect(
    path: Annotated[Path, typer.Argument(help="A dropped file, or a folder of them.")],
    as_json: AsJson = False,
) -> None:
    """Say what a file is before it is loaded: source, tables, what is missing, what it can feed."""
    from csc_warehouse.intake import inspection as inspecting

    seen = inspecting.inspect(path)
    _finish({**seen.to_dict(), "is_known": seen.is_known}, as_json)
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
        notes += [found.reason] if found.reason else []
        mark = "[green]✓[/]" if found.is_stored and not notes else "[yellow]•[/]"
        known = len(found.columns_known)
        note = escape("; ".join(notes))
        table.add_row(mark, found.table, f"{found.rows:,}", f"{known}", note)
    screen.print(table)
    screen.print()


def _print_feed(feed: Feed) -> None:
    count = len(feed.indicators)
    subjects = ", ".join(word.replace("_", " ") for word in feed.subjects) or "no subject"
    screen.print(f"[bold]{feed.source}[/] can feed {count} indicators ({subjects}):", end=" ")
    screen.print(" ".join(feed.indicators) or "none", markup=False)
    for code, what in feed.lacking.items():
        screen.print(f"  [yellow]{code}[/] [dim]needs[/] {escape(', '.join(what))}")


@app.command()
def land(month: Month, la: Las = None, as_json: AsJson = False) -> None:
    """Read the files of one month into the lake."""
    from csc_warehouse.run_month import steps

    home = Home.from_environment()
    la_codes = la or steps.authorities_with_files(home, month)
    if not la_codes:
        raise DataRefused(f"No files for {month}: put them in {home.landing}/<la_code>/{month}/.")
    summaries = [steps.land(home, la_code, month) for la_code in la_codes]
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
    from csc_warehouse.run_month import steps

    home = Home.from_environment()
    with _progress(as_json) as say:
        say("checking the files")
        steps.check_raw(home, la, month)
        say("building the records")
        steps.build_staging(home, la, month)
        say("checking the records")
        steps.check_staging(home, la, month)
        say("building the star and the indicators")
        summary = steps.build_star(home, la, month)
    _finish(summary, as_json, f"Built candidate {summary['release_id']}.")


@app.command()
def check(
    month: Month,
    la: Las = None,
    gate: Annotated[Gate, typer.Option(help="Which gate.")] = Gate.MARTS,
    data_docs: Annotated[
        bool,
        typer.Option("--data-docs", help="Also write Great Expectations' Data Docs of the run."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check the candidate of one month at a gate; exit code 1 if a critical rule failed."""
    from csc_warehouse.run_month import steps

    step = {
        Gate.RAW: steps.check_raw,
        Gate.STAGING: steps.check_staging,
        Gate.MARTS: steps.check_marts,
    }[gate]
    home = Home.from_environment()
    summary = step(home, la, month)
    if data_docs:
        summary |= {"data_docs": steps.data_docs(home, la, month)["data_docs"]}
    _finish(
        summary,
        as_json,
        f"Gate {gate} of {summary['release_id']}: "
        + ("no critical failure." if summary["passed"] else "critical failures:"),
        *(f"  {failure}" for failure in summary["critical"]),
        *([f"Data Docs: {summary['data_docs']}"] if data_docs else []),
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
    from csc_warehouse.run_month import steps

    _check_acceptance(accept, by)
    summary = steps.publish(Home.from_environment(), la, month, accept, by)
    _finish(summary, as_json, *_released(summary))


@app.command()
def report(as_json: AsJson = False) -> None:
    """Say where the current release's report, workbook and worklist are."""
    from csc_warehouse.ask import releases

    current = releases.current(Home.from_environment())
    places = {
        "release_id": current.release_id,
        "report": str(current.report),
        "workbook": str(current.path / "indicators.xlsx"),
        "worklist": str(current.path / "worklist" / "index.html"),
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
    base: Annotated[
        str | None,
        typer.Option(help="Against the period that ends on this day, or 2020-04-01..2020-06-30."),
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Beside a year before, target, neighbours, England.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """A value of the current release: for the newest standard periods, or any two dates."""
    from csc_warehouse.ask import comparison, indicators, releases

    current = releases.current(Home.from_environment())
    if compare or base is not None:
        if compare and (base is not None or first is not None or breakdown != "all"):
            raise WrongUse("--compare goes with --period and --to only; for a base use --base.")
        _show_comparison(current, code, la, period, first, last, breakdown, base, as_json)
        return
    rows = indicators.indicator_value(
        current.analyst_db,
        code,
        la_codes=la,
        period_type=period,
        date_from=first,
        date_to=last,
        breakdown=breakdown,
    )
    rows = comparison.with_small_denominators(current.analyst_db, code, rows)
    marked = indicators.marks(current.analyst_db, code, la)
    _finish({"release_id": current.release_id, "values": rows, "marked": marked}, as_json)
    if not as_json:
        known = indicators.definition(current.analyst_db, code)
        few = any(row["is_small_denominator"] for row in rows)
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
            **indicators.headings(known),
            lower_bound="could be from",
            upper_bound="to",
            **({"is_small_denominator": "rests on few"} if few else {}),
            unavailable_reason="not available because",
        )
        if few:
            screen.print("A value that rests on few moves a lot by chance: read no trend in it.")
        for mark in marked:
            screen.print(
                f"{mark['la_code']}: a critical input failed ({mark['reason']}), and the release "
                "was accepted all the same. See dq.indicator_quality.",
                markup=False,
            )


def _show_comparison(
    current: Any,
    code: str,
    la: Las,
    period: str | None,
    first: str | None,
    last: str | None,
    breakdown: str,
    base: str | None,
    as_json: bool,
) -> None:
    """Print a value against the period that ends on `base`; without, beside what is published."""
    from csc_warehouse.ask import comparison, indicators

    if base is None:
        rows = comparison.beside_published(
            current.analyst_db, code, la_codes=la, period_type=period, date_to=last
        )
    else:
        rows = comparison.against_base(
            current.analyst_db,
            code,
            base,
            la_codes=la,
            period_type=period,
            date_from=first,
            date_to=last,
            breakdown=breakdown,
        )
    _finish({"release_id": current.release_id, "comparisons": rows}, as_json)
    if as_json:
        return
    known = indicators.definition(current.analyst_db, code)
    screen.print(f"[bold]{known['indicator_code']}[/]  {known['title']}")
    screen.print(f"{known['unit']}; {known['polarity']}", markup=False)
    screen.print()
    if base is None:
        for row in rows:
            screen.print(f"[bold]{row['la_code']}[/]  {comparison.words(row)['period']}")
            table = Table(box=None, show_header=False, padding=(0, 2))
            table.add_column()
            table.add_column(justify="right")
            table.add_column()
            for line in comparison.lines(row):
                table.add_row(*line)
            screen.print(table)
        return
    _print_rows(
        [row | comparison.words(row) for row in rows],
        la_code="la",
        period="period",
        **({} if breakdown == "all" else {"breakdown_value": breakdown}),
        value="value",
        base_period="against",
        base_value="was",
        change="change",
        change_in_percent="in percent",
        change_meaning="which is",
        change_reason="no change because",
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
    from csc_warehouse.ask import indicators, releases

    current = releases.current(Home.from_environment())
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
def diff(
    before: Annotated[str, typer.Argument(help="A release id, or current.")],
    after: Annotated[str, typer.Argument(help="Another one.")] = "current",
    code: Annotated[
        str | None, typer.Option("--indicator", help="Each figure of this indicator.")
    ] = None,
    records: Annotated[
        bool, typer.Option("--records", help="The records of that indicator that moved.")
    ] = False,
    la: Las = None,
    as_json: AsJson = False,
) -> None:
    """What moved between two releases, and because of which records."""
    from csc_warehouse.ask import releases, revision

    if records and code is None:
        raise WrongUse("Say whose records: --indicator CODE --records")
    home = Home.from_environment()
    first, second = sorted(
        (releases.named(home, before), releases.named(home, after)),
        key=lambda each: (each.manifest["month"], each.path.stat().st_mtime_ns),
    )
    with revision.compare(first.analyst_db, second.analyst_db) as connection:
        rows = revision.moved(connection, code, la_codes=la, records=records)
    _finish({"before": first.release_id, "after": second.release_id, "moved": rows}, as_json)
    if as_json:
        return
    screen.print(f"[bold]{first.release_id}[/]  →  [bold]{second.release_id}[/]")
    screen.print()
    if records:
        _print_rows(
            rows,
            la_code="la",
            change_reason="why",
            changed_fields="what changed",
            previous_event_date="counted on",
            event_date="now on",
            previous_numerator="numerator",
            numerator="now",
            record_table="record",
            record_key="key",
        )
    elif code is not None:
        _print_rows(
            rows,
            la_code="la",
            period_type="period",
            period_end_date="to",
            previous_value="was",
            value="is",
            value_change="part of the change",
            moved_count="moved",
            change_reason="why",
            changed_fields="what changed",
        )
    else:
        _print_rows(
            rows,
            la_code="la",
            indicator_code="indicator",
            figures="figures restated",
            period_type="the newest",
            period_end_date="to",
            previous_value="was",
            value="is",
            reasons="because of",
        )
        screen.print("Each figure and its parts: --indicator CODE; its records: --records too.")


issues_app = typer.Typer(
    help="The data-quality issues of the current release; `accept` leaves some for a time."
)
app.add_typer(issues_app, name="issues")


@issues_app.callback(invoke_without_command=True)
def issues(
    context: typer.Context,
    team: Annotated[str | None, typer.Option(help="Only this team's, or this owner's.")] = None,
    rule: Annotated[str | None, typer.Option(help="Only of this rule.")] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(help="open, reopened, accepted or resolved; repeats. Without it: failing."),
    ] = None,
    la: Las = None,
    as_json: AsJson = False,
) -> None:
    """The issues of the current release by team and rule, the oldest first."""
    from csc_warehouse.ask import releases
    from csc_warehouse.ask.issues import summary

    if context.invoked_subcommand is not None:
        return
    current = releases.current(Home.from_environment())
    rows = summary(
        current.analyst_db,
        team=team,
        rule=rule,
        states=state or ("open", "reopened"),
        la_codes=la,
    )
    _finish({"release_id": current.release_id, "issues": rows}, as_json)
    if not as_json:
        _print_rows(
            rows,
            la_code="la",
            team="team",
            rule_id="rule",
            state="state",
            records="records",
            first_seen="first seen",
            why="what is wrong",
        )
        worklist = current.path / "worklist" / "index.html"
        screen.print(f"Each record: {worklist}", markup=False, soft_wrap=True)


@issues_app.command("accept")
def accept_issues(
    rule: Annotated[str, typer.Option(help="The rule whose failing records are accepted.")],
    until: Annotated[str, typer.Option(help="The day from which they count again, 2023-03-31.")],
    reason: Annotated[str, typer.Option(help="Why, in words that name no child.")],
    by: Annotated[str, typer.Option(help="Who accepts.")],
    record: Annotated[str | None, typer.Option(help="Only the record with this key.")] = None,
    team: Annotated[str | None, typer.Option(help="Only this team's, or this owner's.")] = None,
    la: Las = None,
    as_json: AsJson = False,
) -> None:
    """Accept failing records of a rule until a day, for a reason that is kept for ever."""
    from csc_warehouse.ask import issues, releases
    from csc_warehouse.ask.indicators import day

    home = Home.from_environment()
    current = releases.current(home)
    until_day = day(until)
    decisions = issues.accept(
        home,
        current,
        rule=rule,
        until=until_day,
        reason=reason,
        by=by,
        record=record,
        team=team,
        la_codes=la,
    )
    month = current.manifest["month"]
    _finish(
        {"decisions": [asdict(each) for each in decisions]},
        as_json,
        *(
            f"Accepted in {each.la_code} until {each.accepted_until}: "
            f"{len(each.issue_keys)} {'record' if len(each.issue_keys) == 1 else 'records'} "
            f"of {rule} (decision {each.decision_id})."
            for each in decisions
        ),
        f"It shows from the next release on; for this month: csc run --month {month}",
    )


@app.command()
def codes(
    la: Las = None,
    rows_only: Annotated[
        bool, typer.Option("--rows", help="As rows for the authority's crosswalk file.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """What the current release could not read as a code, with the closest known codes."""
    from csc_warehouse.ask import releases
    from csc_warehouse.build import crosswalks

    home = Home.from_environment()
    current = releases.current(home)
    rows = crosswalks.unmapped(current.path / "restricted.duckdb", la)
    if as_json:
        _finish({"release_id": current.release_id, "codes": rows}, as_json)
        return
    if rows_only:
        if len({row["la_code"] for row in rows}) > 1:
            raise WrongUse("Each authority has a file of its own. Say which: --la 991")
        print(",".join(crosswalks.COLUMNS))
        print(crosswalks.file_rows(rows), end="")
        return
    _print_rows(
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
            f"{crosswalks.folder(home)}/<la_code>.csv",
            markup=False,
            soft_wrap=True,
        )


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

    home = Home.from_environment()
    if person == "-":
        person = typer.prompt("Case-system id", hide_input=True, err=True)
    with _progress(as_json) as say:
        certificate = erasure.erase(home, la, person, reason, progress=say)
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
        f"Certificate: {erasure.certificate_path(home, certificate.certificate_id)}",
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
    from csc_warehouse.privacy import erasure

    home = Home.from_environment()
    certificate = erasure.apply_retention(home, keep_months, dry_run=dry_run)
    path = erasure.certificate_path(home, certificate.certificate_id)
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
