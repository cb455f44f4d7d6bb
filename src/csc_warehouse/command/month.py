"""The steps of a month, one by one or all together."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csc_warehouse import home_settings, lake
from csc_warehouse.command import notices
from csc_warehouse.command.frame import (
    AsJson,
    EngineOption,
    Las,
    MonthOption,
    app,
    at_work,
    console,
    finish,
    home_there,
    progress,
)
from csc_warehouse.command.handing_out import hand_out
from csc_warehouse.command.outcome import released, to_run_again
from csc_warehouse.errors import DataRefused, WrongUse
from csc_warehouse.files import private_directory, restrict_new_files, write_once
from csc_warehouse.month import Month
from csc_warehouse.places import Home
from csc_warehouse.processes import second_process
from csc_warehouse.run_month.order import TO_CHECKED, Gate

if TYPE_CHECKING:
    from collections.abc import Callable


#: What the second process of a month needs; this one imports it where it is used.
STEPS = "csc_warehouse.run_month.steps"


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
    last = Month.of("2022-09")
    names = [str(month) for month in last.before(months - 1).until(last)]
    with (
        at_work(home),
        progress(as_json) as say,
        second_process(STEPS) as other_process,
    ):
        say("making the fictional authority 991")
        csc_fictional.placed(
            home.landing,
            lambda out: csc_fictional.generate("991", names[0], names[-1], size, 7, "ssd", out),
        )
        for month in names:
            summary = steps.run_month(
                home,
                ["991"],
                month,
                progress=_for_month(month, say),
                other_process=other_process,
            )
    finish(summary, as_json, *released(summary))


@app.command()
def init(
    key_backed_up: Annotated[
        bool,
        typer.Option("--key-backed-up", help="Note that the key of identities is backed up."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a new home: its folders, the key of identities and a sample of the settings.

    What is there already is left as it is.
    """
    from csc_warehouse.lake.identity import load_key, note_backup

    home = Home.from_environment()
    restrict_new_files()
    for path in (home.landing, home.root / "council"):
        private_directory(path)
    key = load_key(home, create=not lake.every_head(home))
    settings_file = home_settings.path_of(home)
    write_once(settings_file, home_settings.SAMPLE.encode())
    home_settings.read(home)
    if key_backed_up:
        note_backup(home)
    finish(
        {"home": str(home.root), "settings": str(settings_file), "key_id": key.key_id},
        as_json,
        f"{home.root} is ready.",
        f"  settings  {settings_file}",
        f"  key       {home.keys}: "
        + (
            "its backup is noted"
            if key_backed_up
            else "back it up first, and apart: docs/backup-and-restore.md"
        ),
        f"  files go  {home.landing}/<la_code>/<YYYY-MM>/<source>/",
    )


@app.command()
def run(
    month: MonthOption,
    la: Las = None,
    accept: Annotated[str | None, typer.Option(help="Why critical failures may go out.")] = None,
    by: Annotated[str | None, typer.Option(help="Who accepts them.")] = None,
    notify: Annotated[
        bool, typer.Option("--notify", help="Tell those whom settings.toml names how it went.")
    ] = False,
    and_later: Annotated[
        bool,
        typer.Option("--and-later", help="Then the published months after it, the oldest first."),
    ] = False,
    engine: EngineOption = None,
    workers: Annotated[
        int,
        typer.Option(min=1, help="How many groups of authorities are built at a time."),
    ] = 1,
    as_json: AsJson = False,
) -> None:
    """Land, build, check, publish and report one month."""
    _check_acceptance(accept, by)
    _build_with(engine)
    home = home_there()
    if notify:
        home_settings.read(home)  # What is wrong in it is said before the hour of work.
    told = _Told(notify, as_json, is_followed=and_later, workers=workers)
    release_id = _run_one(home, month, la, told, accept, by)
    # Each is a release of its own: what is done is said before the next may be refused.
    for each in _months_after(home, release_id) if and_later else []:
        _run_one(home, each, la, told)


def _build_with(engine: str | None) -> None:
    """Let `engine` stand before what the home's settings say. Raises WrongUse."""
    if engine is None:
        return
    if not home_settings.is_engine(engine):
        raise WrongUse(f"--engine is {home_settings.ENGINES}.")
    os.environ[home_settings.ENGINE] = engine


@dataclass(frozen=True)
class _Told:
    """How a month is run, and its end said; `is_followed`: by the months after it, not named."""

    notify: bool
    as_json: bool
    is_followed: bool
    workers: int


def _run_one(
    home: Home,
    month: str,
    la: list[str] | None,
    told: _Told,
    accept: str | None = None,
    by: str | None = None,
) -> str:
    """Run one month and say what came of it: the id of its release."""
    with (
        _told_of_failure(home, month, told.notify),
        at_work(home),
        progress(told.as_json) as say,
        second_process(STEPS) as other_process,
    ):
        from csc_warehouse.run_month import steps  # while the other process imports what it needs

        summary = steps.run_month(
            home,
            la,
            month,
            accept=accept,
            accepted_by=by,
            progress=_for_month(month, say) if told.is_followed else say,
            other_process=other_process,
            workers=told.workers,
        )
        handed = hand_out(home, summary["release_id"])
    if told.is_followed:
        summary |= {"to_run_again": []}
    if told.notify and not summary["already_published"]:
        _tell(home, notices.published(summary))
    finish(summary | {"to_readers": handed}, told.as_json, *released(summary), *handed)
    release_id: str = summary["release_id"]
    return release_id


def _months_after(home: Home, release_id: str) -> list[str]:
    """The later published months of the release's authorities: their issues go on from it."""
    from csc_warehouse.ask import releases

    done = releases.find(home, release_id)
    return releases.later_months(home, done) if done else []


@contextmanager
def _told_of_failure(home: Home, month: str, notify: bool) -> Iterator[None]:
    """Whatever is raised is told, and raised."""
    try:
        yield
    except Exception as error:
        if notify:
            days = home_settings.read(home).load.days_for_approval
            failures = getattr(error, "failures", None)
            _tell(
                home,
                notices.failed(error, month, "csc run")
                if failures is None
                else notices.waiting(month, failures, days),
            )
        raise


def _tell(home: Home, notice: notices.Notice) -> None:
    for problem in notices.send(home, notice):
        console.print(problem, markup=False)


def _check_acceptance(accept: str | None, by: str | None) -> None:
    if bool(accept) != bool(by):
        raise WrongUse("--accept REASON and --by NAME go together: a reason needs somebody's name.")


@app.command()
def land(month: MonthOption, la: Las = None, as_json: AsJson = False) -> None:
    """Read the files of one month into the lake."""
    from csc_warehouse.run_month import steps

    home = home_there()
    la_codes = la or steps.authorities_with_files(home, month)
    if not la_codes:
        raise DataRefused(f"No files for {month}: put them in {home.landing}/<la_code>/{month}/.")
    with at_work(home):
        summaries = [steps.land(home, la_code, month) for la_code in la_codes]
    lines = [line for summary in summaries for line in summary["said"]]
    finish({"landed": summaries}, as_json, *lines)


@app.command()
def build(
    month: MonthOption, la: Las = None, engine: EngineOption = None, as_json: AsJson = False
) -> None:
    """Build the release candidate of one month, with the checks that its numbers need."""
    _build_with(engine)
    from csc_warehouse.run_month import steps

    home = home_there()
    with at_work(home), progress(as_json) as say:
        summary: dict[str, Any] = {}
        for step in TO_CHECKED[:-1]:
            say(step.says)
            summary = steps.alone(step, home, la, month)
    finish(summary, as_json, f"Built candidate {summary['release_id']}.")


@app.command()
def check(
    month: MonthOption,
    la: Las = None,
    gate: Annotated[Gate, typer.Option(help="Which gate.")] = Gate.MARTS,
    data_docs: Annotated[
        bool,
        typer.Option("--data-docs", help="Also write a page of what each expectation found."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check the candidate of one month at a gate; exit code 1 if a critical rule failed."""
    from csc_warehouse.run_month import steps

    home = home_there()
    step = next(step for step in TO_CHECKED if step.gate == gate)
    with at_work(home):
        summary = steps.alone(step, home, la, month)
        if data_docs:
            summary |= {"data_docs": steps.data_docs(home, la, month)["data_docs"]}
    finish(
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
    month: MonthOption,
    la: Las = None,
    accept: Annotated[str | None, typer.Option(help="Why critical failures may go out.")] = None,
    by: Annotated[str | None, typer.Option(help="Who accepts them.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make the checked candidate of one month the release that readers see."""
    from csc_warehouse.run_month import steps

    _check_acceptance(accept, by)
    home = home_there()
    with at_work(home):
        summary = steps.publish(home, la, month, accept, by)
        handed = hand_out(home, summary["release_id"])
    finish(summary | {"to_readers": handed}, as_json, *released(summary), *handed)


@app.command()
def report(as_json: AsJson = False) -> None:
    """Say where the current release's report, workbook and worklist are."""
    from csc_warehouse.ask import issues, releases

    home = home_there()
    current = releases.current(home)
    replaced = issues.replaced_since(home, current)
    places = {
        "release_id": current.release_id,
        "report": str(current.report),
        "workbook": str(current.path / "indicators.xlsx"),
        "worklist": str(current.path / "worklist" / "index.html"),
        "analyst_database": str(current.analyst_db),
    }
    lines = [f"{name:17} {place}" for name, place in places.items()]
    lines += to_run_again(current.manifest["month"], replaced)
    finish(places | {"replaced_since": replaced}, as_json, *lines)


def _for_month(month: str, say: Callable[[str], None]) -> Callable[[str], None]:
    """`say`, with the month in front."""
    return lambda text: say(f"{month}: {text}")
