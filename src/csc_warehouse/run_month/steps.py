"""What the steps of a month do. The `csc` command and the DAGs call these and nothing else.

Their order is declared in `order`: `alone` does one of them, `build_and_check` all up to the
checked candidate, in two processes.

Every step takes the home, the authorities (None: all that ever landed) and the month (`YYYY-MM`),
can be repeated, and returns a summary that JSON can carry: counts and keys, no values.
Raises errors.DataRefused where the data is refused, errors.WrongUse for a wrong call and
errors.CscError where it is our fault.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import partial
from typing import Any

import duckdb

from csc_warehouse import lake, quality, report
from csc_warehouse.ask import releases
from csc_warehouse.build import candidate as candidates
from csc_warehouse.build import crosswalks, groups, spark, transform
from csc_warehouse.build.candidate import Candidate
from csc_warehouse.build.recorded import NodeRun
from csc_warehouse.build.transform import RECORDS
from csc_warehouse.errors import CscError, DataRefused, WrongUse
from csc_warehouse.files import restrict_new_files
from csc_warehouse.intake import landing
from csc_warehouse.intake.account import account
from csc_warehouse.lake import identity
from csc_warehouse.month import Month
from csc_warehouse.places import Home
from csc_warehouse.processes import ThisProcess, collect_rarely, each_in_a_process
from csc_warehouse.run_month import publication
from csc_warehouse.run_month.acts import tell_published, tell_refused
from csc_warehouse.run_month.order import PUBLISH, STEPS, TO_CHECKED, Part, Step
from csc_warehouse.sql import statement

log = logging.getLogger(__name__)

Summary = dict[str, Any]


class WaitsForApproval(DataRefused):
    """Critical failures that nobody has accepted: `failures` of them."""

    def __init__(self, message: str, failures: int) -> None:
        super().__init__(message)
        self.failures = failures


Progress = Callable[[str], None]


def _silent(_: str) -> None:
    """Say nothing."""


def authorities_with_files(home: Home, month: str) -> list[str]:
    """The codes of the authorities that have a landing folder for `month`."""
    Month.of(month)
    return sorted(
        path.parent.name
        for path in home.landing.glob(f"*/{month}")
        if path.is_dir() and path.parent.name != "published"
    )


def land(home: Home, la_code: str, month: str) -> Summary:
    """Read the authority's files into the lake: rows in = kept + quarantined + erased.

    Published statistics that were dropped are read with those of any authority; again is no work.
    """
    restrict_new_files()
    collect_rarely()
    landing.land_published(home)
    loads = landing.land(home, la_code, month)
    said = [line for load in loads for line in account(home, load)]
    if unsafe := identity.unsafe_key(home, [la_code]):
        said.append(f"{la_code}: {unsafe}")
    for line in said:
        log.info(line)
    return {
        "la_code": la_code,
        "month": month,
        "loads": [
            {
                "source": load.source_system,
                "load_id": load.load_id,
                "files": len(load.files),
                "rows_in": load.rows_in,
                "rows_kept": load.rows_kept,
                "rows_quarantined": load.rows_quarantined,
            }
            for load in loads
        ],
        "said": said,
    }


def alone(step: Step, home: Home, la_codes: Sequence[str] | None, month: str) -> Summary:
    """Do a step from the first check to the last, in this process, where the one before is done.

    The first starts the candidate of the month afresh. Of a month in groups it is done of each
    group that is not checked already, and after the last the candidate is gathered of them.
    """
    candidate, published = _open(home, la_codes, month)
    if published:
        return _unchanged(published)
    parts = groups.groups_of(home, candidate)
    if parts == [candidate]:
        return _alone(step, home, candidate)
    done = [_alone(step, home, group) for group in parts if not _is_checked(group)]
    if step is TO_CHECKED[-1]:
        _gather(home, candidate, parts)
    return _of_groups(step, candidate, parts, done)


def _alone(step: Step, home: Home, candidate: Candidate) -> Summary:
    """Do a step of one candidate."""
    if step is TO_CHECKED[0]:
        _start(home, candidate)
    else:
        _require_before(step, candidate)
    if step.gate:
        return _checked(step, candidate, quality.check(str(step.gate), candidate, home))
    runs = [run for part in step.parts for run in _build(part, candidate)]
    candidate.mark(step.done)
    return _built(candidate, runs)


def _is_checked(candidate: Candidate) -> bool:
    return candidate.has_done(TO_CHECKED[-1].done)


def _of_groups(
    step: Step, candidate: Candidate, parts: Sequence[Candidate], done: Sequence[Summary]
) -> Summary:
    """The summary of a step of all groups, also of those that had been checked before."""
    about = {"release_id": candidate.release_id, "month": candidate.month}
    if not step.gate:
        return about | {
            "models": max((each["models"] for each in done), default=0),
            "seconds": round(sum(each["seconds"] for each in done), 2),
        }
    critical = [
        line for group in parts for line in quality.critical_failures(group, str(step.gate))
    ]
    return about | {
        "gate": step.gate,
        "passed": not critical,
        "critical": list(dict.fromkeys(critical)),
    }


#: Each of those steps by its name, as Airflow and `csc` call it.
check_raw, build_staging, check_staging, build_star, check_marts = (
    partial(alone, step) for step in TO_CHECKED
)


def publish(
    home: Home,
    la_codes: Sequence[str] | None,
    month: str,
    accept: str | None = None,
    accepted_by: str | None = None,
    *,
    compare: bool = True,
    other_process: Executor | None = None,
) -> Summary:
    """Make the checked candidate the release that readers see.

    A critical failure keeps the old release, unless `accept` gives the reason why it may go out
    and `accepted_by` the person who says so. Unless told not to, it says what moved since the
    release that readers saw. Raises DataRefused naming rule, count and owner.
    """
    candidate, published = _open(home, la_codes, month)
    if published:
        publication.make_current(home, candidate, published)
        quality.stands_again(home, month, published.release_id)
        tell_published(home, candidate, published, publication.acceptance_of(published))
        return _unchanged(published)
    _require_before(PUBLISH, candidate)
    parts = groups.groups_of(home, candidate)
    critical = quality.critical_failures(candidate)
    if critical and not (accept and accepted_by):
        tell_refused(home, candidate)
        raise WaitsForApproval(
            f"{month} is not published: {len(critical)} critical "
            f"{'failure' if len(critical) == 1 else 'failures'}. The last release stays.\n"
            + "\n".join(f"  {failure}" for failure in critical)
            + f"\nCorrect the files and run the month again, or let somebody with the right say "
            f"`csc publish --month {month} --accept REASON --by NAME`.",
            len(critical),
        )
    acceptance = (
        publication.Acceptance(accept, accepted_by) if critical and accept and accepted_by else None
    )
    quality.record_history(candidate, home)
    quality_summary = quality.counts(candidate)
    not_available = _not_available(candidate)
    done = publication.publish(
        home,
        candidate,
        parts,
        quality_summary=quality_summary,
        acceptance=acceptance,
        compare=compare,
        other_process=other_process,
    )
    groups.remove_others(home, parts)
    tell_published(home, candidate, done, acceptance)
    return {
        "release_id": done.release_id,
        "month": month,
        "path": str(done.path),
        "analyst_database": str(done.analyst_db),
        "report": str(done.report),
        "already_published": False,
        "warnings": _warnings(quality_summary),
        "not_available": not_available,
        "moved": _moved(done),
        "to_run_again": releases.later_months(home, done),
    }


def _warnings(quality_summary: Summary) -> int:
    """Results that warn, at all gates."""
    return sum(statuses.get("warn", 0) for statuses in quality_summary["results"].values())


def _not_available(candidate: Candidate) -> dict[str, int]:
    """Indicators that are not available, counted by authority and reason."""
    with candidate.connection() as connection:
        found = connection.execute(
            "select concat(la_code, ': ', unavailable_reason), count(*) "
            "from analyst.indicators.rpt_indicator_availability "
            "where availability <> 'available' group by all order by 2 desc, 1"
        ).fetchall()
    return dict(found)


def _moved(release: releases.Release) -> Summary:
    """Indicators of which the release before told another figure: all of them, and by cause."""
    with duckdb.connect(str(release.analyst_db), read_only=True) as connection:
        counts = dict(connection.execute(statement(__package__, "moved")).fetchall())
    return {
        "compared_with": release.manifest["compared_with"],
        "indicators": counts.pop("all", 0),
        "causes": counts,
    }


def data_docs(home: Home, la_codes: Sequence[str] | None, month: str) -> Summary:
    """Write Data Docs of the month's run: what each expectation found, in counts, for engineers.

    The page stands under `work/`, which only the loading account reads, and holds one run.
    """
    candidate, published = _open(home, la_codes, month)
    database = published.analyst_db if published else candidate.analyst_db
    if not database.is_file():
        raise CscError(f"{month} has no candidate yet: csc check --gate raw --month {month} first.")
    page = report.write_data_docs(database, home.work / "data_docs" / month)
    return {"release_id": candidate.release_id, "month": month, "data_docs": str(page)}


def run_month(
    home: Home,
    la_codes: Sequence[str] | None,
    month: str,
    *,
    accept: str | None = None,
    accepted_by: str | None = None,
    progress: Progress = _silent,
    other_process: Executor | None = None,
    workers: int = 1,
) -> Summary:
    """Land, build, check, publish and report one month, without a scheduler.

    An authority of `la_codes` whose files are refused stops the run; with None, it keeps its last
    accepted load, and the summary names it. The work is shared with `other_process`
    (processes.py), if there is one; `workers` groups of authorities are built at a time.
    """
    restrict_new_files()
    collect_rarely()
    if candidates.engine_of(home) and (reason := spark.why_not()):
        raise WrongUse(reason)  # before the work
    dropped = authorities_with_files(home, month)
    # Where nothing is set up yet, both processes would make the blank and compile the project.
    candidates.blank(home.dbt_scratch)
    worker = other_process or ThisProcess()
    landing_now = [
        la_code
        for la_code in la_codes or dropped
        if la_code in dropped or not _has_landed(home, la_code, month)
    ]
    if landing_now:
        progress(f"landing {', '.join(landing_now)}")
    landed = {la_code: worker.submit(land, home, la_code, month) for la_code in landing_now}
    worker.submit(quality.great_expectations_ready)
    transform.warm_up(home.dbt_scratch)
    refused: dict[str, str] = {}
    said: list[str] = []
    for la_code, done in landed.items():
        try:
            said += done.result()["said"]
        except DataRefused as error:
            if la_codes:
                raise
            refused[la_code] = str(error)
    if refused and not lake.current_loads(home, month):
        raise DataRefused("\n".join(refused.values()))
    build_and_check(
        home, la_codes, month, progress=progress, other_process=other_process, workers=workers
    )
    progress(PUBLISH.says)
    published = publish(home, la_codes, month, accept, accepted_by, other_process=other_process)
    return published | {"refused": refused, "landed": said}


def build_and_check(
    home: Home,
    la_codes: Sequence[str] | None,
    month: str,
    *,
    progress: Progress = _silent,
    other_process: Executor | None = None,
    workers: int = 1,
) -> None:
    """From the lake to a checked candidate: all steps but `publish`, in their order.

    A month in groups of authorities is built group by group, `workers` at a time in processes of
    their own, but for groups that were checked before, and gathered.
    """
    candidate, published = _open(home, la_codes, month)
    if published:
        return
    parts = groups.groups_of(home, candidate)
    if parts == [candidate]:
        _build_and_check(home, candidate, progress, other_process)
        return
    to_build = [group for group in parts if not _is_checked(group)]
    done = len(parts) - len(to_build)
    progress(f"{done} of {len(parts)} groups of authorities are built and checked")
    arguments = [(home, group.la_codes, month) for group in to_build]
    for number, _ in enumerate(each_in_a_process(workers, _build_group, arguments), done + 1):
        progress(f"{number} of {len(parts)} groups of authorities are built and checked")
    _gather(home, candidate, parts)


def _gather(home: Home, candidate: Candidate, parts: Sequence[Candidate]) -> None:
    """Make the candidate of its groups: as checked as they are."""
    groups.gather(home, candidate, parts)
    candidate.mark(TO_CHECKED[-1].done)


def _build_group(home: Home, la_codes: Sequence[str], month: str) -> None:
    """Build and check one group of authorities, in a process of its own."""
    restrict_new_files()
    collect_rarely()
    _build_and_check(home, groups.group_of(home, la_codes, month), _silent, None)


def _build_and_check(
    home: Home, candidate: Candidate, progress: Progress, other_process: Executor | None
) -> None:
    """All steps of one candidate but `publish`.

    Great Expectations works in `other_process`, if there is one, while dbt works in this one. Only
    one process can have the candidate's files open while somebody writes them, so the checks read
    a copy; what is found is written when dbt has built what does not ask for it.
    """
    worker = other_process or ThisProcess()
    _start(home, candidate)
    judged: _Judged | None = None
    runs: list[NodeRun] = []
    for step in TO_CHECKED:
        if step.gate:
            progress(step.says)
        if step.is_beside_next:
            judged = _Judged.begin(step, candidate, home, worker)
            worker.submit(report.ready)
        elif step.gate:
            checked = worker.submit(quality.check, str(step.gate), candidate, home)
            report.ready()
            _checked(step, candidate, checked.result())
        else:
            for part in step.parts:
                progress(part.says)
                runs += _build(part, candidate)
                if judged:
                    judged.finish(candidate, home)
                    judged = None
            candidate.mark(step.done)
    _built(candidate, runs)


@dataclass(frozen=True)
class _Judged:
    """A check at work in another process, on a copy of the candidate."""

    step: Step
    copy: Candidate
    verdict: Future[quality.Verdict]

    @classmethod
    def begin(cls, step: Step, candidate: Candidate, home: Home, worker: Executor) -> _Judged:
        copy = candidates.copy_of(candidate)
        return cls(step, copy, worker.submit(quality.judge, str(step.gate), copy, home))

    def finish(self, candidate: Candidate, home: Home) -> None:
        """Write what it has found into the candidate."""
        quality.record(self.verdict.result(), candidate, home)
        shutil.rmtree(self.copy.directory)
        candidate.mark(self.step.done)


def _start(home: Home, candidate: Candidate) -> None:
    candidates.prepare(home, candidate)
    candidate.mark("prepared")


def _require_before(step: Step, candidate: Candidate) -> None:
    """Raise CscError, naming the command to run first, if the step before is not done."""
    before = STEPS[STEPS.index(step) - 1]
    candidate.require(before.done, f"{before.command} --month {candidate.month}")


def _build(part: Part, candidate: Candidate) -> list[NodeRun]:
    runs = candidate.dbt.build(*part.select, exclude=part.exclude)
    if RECORDS in part.select:
        with candidate.connection() as connection:
            crosswalks.count_unmapped(connection)
    return runs


def _has_landed(home: Home, la_code: str, month: str) -> bool:
    """Whether the month is in the lake; its files may be gone (`csc erase`, `csc retention`)."""
    loads = lake.current_loads(home, month, [la_code])
    return any(load.extract_month == month for load in loads)


def _open(
    home: Home, la_codes: Sequence[str] | None, month: str
) -> tuple[Candidate, releases.Release | None]:
    """The candidate, and the release that it already is: the same input is not built twice."""
    restrict_new_files()
    collect_rarely()
    candidate = candidates.choose(home, la_codes, month)
    return candidate, releases.find(home, candidate.release_id)


def _unchanged(published: releases.Release) -> Summary:
    return {
        "release_id": published.release_id,
        "month": published.manifest["month"],
        "path": str(published.path),
        "analyst_database": str(published.analyst_db),
        "report": str(published.report),
        "already_published": True,
        "passed": True,
        "critical": [],
    }


def _checked(step: Step, candidate: Candidate, result: quality.GateResult) -> Summary:
    candidate.mark(step.done)
    return {
        "release_id": candidate.release_id,
        "month": candidate.month,
        "gate": step.gate,
        "passed": result.passed,
        "critical": list(result.critical),
    }


def _built(candidate: Candidate, runs: list[NodeRun]) -> Summary:
    """Record per-model seconds and rows in ops.model_run."""
    with candidate.connection() as connection:
        connection.executemany(
            "insert into analyst.ops.model_run values (?, ?, ?, ?, null)",
            [(run.name, run.kind, run.status, run.seconds) for run in runs],
        )
        connection.execute(
            "update analyst.ops.model_run as model_run set row_count = sizes.estimated_size "
            "from duckdb_tables() as sizes where sizes.table_name = model_run.model_name"
        )
    if not runs:
        raise CscError("dbt built nothing: the project has no model for this step.")
    return {
        "release_id": candidate.release_id,
        "month": candidate.month,
        "models": len(runs),
        "seconds": round(sum(run.seconds for run in runs), 2),
    }
