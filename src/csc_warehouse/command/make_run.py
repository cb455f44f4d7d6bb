"""`make run`: a fictional authority's months, loaded through the real scheduler of an Airflow."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from csc_warehouse.command.local_airflow import USER, LocalAirflow, Print
from csc_warehouse.errors import CscError, DataRefused, WrongUse
from csc_warehouse.files import move, private_directory, restrict_new_files
from csc_warehouse.month import Month
from csc_warehouse.places import Home
from csc_warehouse.processes import second_process


def main(arguments: Sequence[str] | None = None) -> int:
    """The command behind `make run`; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make run RUN_ARGS=…", description=__doc__)
    parser.add_argument("--la", default="992", help="a fictional authority, 991 to 999")
    parser.add_argument("--from", dest="first", default="2022-07", help="first month")
    parser.add_argument("--to", dest="last", default="2022-09", help="last month")
    parser.add_argument("--size", type=float, default=1.0, help="1.0 is 45,000 children")
    parser.add_argument("--again", action="store_true", help="run months that are loaded again")
    options = parser.parse_args(arguments)
    try:
        options.months = months_between(options.first, options.last)
    except WrongUse as error:
        parser.error(str(error))
    restrict_new_files()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.default_int_handler)
    try:
        _run(Home.from_environment(), options, lambda line: print(line, flush=True))
    except KeyboardInterrupt:
        print("\nStopped; nothing is left running. `make run` goes on from here.", flush=True)
        return 130
    except CscError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return error.exit_code
    except httpx.HTTPError as error:
        print(f"\nAirflow did not do what it was asked: {error}", file=sys.stderr, flush=True)
        return CscError.exit_code
    return 0


def _run(home: Home, options: argparse.Namespace, say: Print) -> None:
    started = time.monotonic()
    with second_process("csc_fictional") as other_process:
        made = other_process.submit(make_extracts, home, options.la, options.months, options.size)
        say(f"Starting Airflow, and making what is missing of authority {options.la}'s extracts")
        with LocalAirflow(home, say) as airflow:
            say(
                f"Airflow is up after {time.monotonic() - started:.0f} s: {airflow.url}  "
                f"(user {USER}, password {airflow.password})"
            )
            say(f"Extracts are in {made.result()}")
            todo = []
            for month in options.months:
                if options.again or not _is_published(home, month):
                    todo.append(month)
                else:
                    say(f"{month}  is loaded already")
            if todo:
                airflow.backfill(todo[0], todo[-1])
                airflow.follow(todo)
            _say_results(airflow)
            say(f"Done in {time.monotonic() - started:.0f} s.")
            if os.environ.get("CI", "").lower() not in ("true", "1"):
                say("Ctrl-C stops Airflow; the files stay.")
                with contextlib.suppress(KeyboardInterrupt):
                    while True:
                        airflow.require_alive()
                        time.sleep(1)
                say("\nStopping.")
            airflow.keep_history()
    say("Stopped; nothing is left running.")


def make_extracts(home: Home, la_code: str, months: Sequence[str], size: float) -> Path:
    """Make the authority's extracts of `months`, but for those that lie there; their folder."""
    import csc_fictional
    from csc_warehouse.run_month.deliveries import READY

    landing = private_directory(home.landing / la_code)
    if all((landing / month).is_dir() for month in months):
        return landing
    partial = private_directory(home.work) / "extracts.partial"
    shutil.rmtree(partial, ignore_errors=True)
    csc_fictional.generate(la_code, months[0], months[-1], size, 7, "ssd", partial)
    for made in sorted((partial / la_code).iterdir()):
        if not (landing / made.name).exists():
            (made / READY).touch()  # else the month waits until nothing has changed for long
            move(made, landing / made.name)
    shutil.rmtree(partial)
    return landing


def _is_published(home: Home, month: str) -> bool:
    """Is the month's release, as the lake and the code stand now, published?"""
    from csc_warehouse.ask import releases
    from csc_warehouse.build import candidate

    try:
        chosen = candidate.choose(home, None, month)
    except DataRefused:
        return False
    return releases.find(home, chosen.release_id) is not None


def _say_results(airflow: LocalAirflow) -> None:
    from csc_warehouse.command.figures import indicator

    published = airflow.home.current.resolve()
    airflow.say(
        f"\nAirflow           {airflow.url}  (user {USER}, password {airflow.password})\n"
        "                  its lamp Triggerer is red: none is started, nothing here needs one\n"
        f"Report            {published / 'report' / 'index.html'}\n"
        f"Analyst database  {published / 'analyst.duckdb'}\n"
    )
    indicator("REF-03")
    airflow.say("")


def months_between(first: str, last: str) -> list[str]:
    """Each month from `first` to `last`, both `YYYY-MM` and both included."""
    months = [str(month) for month in Month.of(first).until(Month.of(last))]
    if not months:
        raise WrongUse(f"{last} is before {first}.")
    return months


if __name__ == "__main__":
    sys.exit(main())
