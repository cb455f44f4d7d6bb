"""The steps of a month as Airflow tasks; each calls one function of `run_month.steps`.

The DAGs say when, `run_month.order` in what order. Refused data fails a task at once, because
running it again would refuse it again; anything else (a full disk, a killed process, a lock) is
tried again. `steps` is imported inside the tasks: a DAG file must parse without dbt or Great
Expectations.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import (
    ExceptionRetryPolicy,
    Param,
    PokeReturnValue,
    RetryAction,
    RetryRule,
    TriggerRule,
    XComArg,
    chain,
    get_current_context,
    task,
)

from csc_warehouse.errors import DataRefused, WrongUse
from csc_warehouse.run_month.order import PUBLISH, TO_CHECKED, Step
from csc_warehouse.settings import CANDIDATE_POOL, Home

Summary = dict[str, Any]
log = logging.getLogger(__name__)

#: How long the scheduled run waits for the authorities whose files are late.
GRACE_DAYS = 5

#: How long a critical failure waits for somebody to accept it.
APPROVAL_DAYS = 5

REFUSED_DATA_IS_FINAL = ExceptionRetryPolicy(
    [
        RetryRule(
            exception=[DataRefused, WrongUse],
            action=RetryAction.FAIL,
            reason="The data was refused: the same files would be refused again.",
        )
    ]
)

#: The delay between tries is Airflow's setting `[core] default_task_retry_delay`.
DEFAULT_ARGS: dict[str, Any] = {
    "owner": "data-engineering",
    "retries": 2,
    "retry_policy": REFUSED_DATA_IS_FINAL,
    "execution_timeout": timedelta(hours=6),
}


@task.sensor(
    mode="reschedule", poke_interval=900, timeout=(GRACE_DAYS + 1) * 86_400, execution_timeout=None
)
def wait_for_files(month: str, period_end: str) -> PokeReturnValue:
    """Wait until every known authority has files for `month`, or the days of grace are over.

    `period_end` is an ISO time. Returns the codes of the authorities to land.
    Raises DataRefused where the days of grace end without any file.
    """
    from csc_warehouse.run_month import steps

    home = Home.from_environment()
    here = steps.authorities_with_files(home, month)
    late = known_authorities(home) - set(here)
    end = datetime.fromisoformat(period_end)
    grace_is_over = datetime.now(tz=end.tzinfo) >= end + timedelta(days=GRACE_DAYS)
    if late and not grace_is_over:
        log.info("Files of %s are here; waiting for those of %s", here, sorted(late))
        return PokeReturnValue(is_done=False)
    if not here:
        raise DataRefused(
            f"No authority has files for {month}: expected them in "
            f"{home.landing}/<la_code>/{month}/<source>/."
        )
    if late:
        log.warning("%s keep their last accepted load: no files for %s", sorted(late), month)
    return PokeReturnValue(is_done=True, xcom_value=here)


def known_authorities(home: Home) -> set[str]:
    """The codes of the authorities that have ever dropped files into the landing folder.

    The lake knows those whose files are gone (`csc erase`, `csc retention`).
    """
    from csc_warehouse import lake

    return {load.la_code for load in lake.all_manifests(home)} | {
        path.name
        for path in home.landing.glob("*")
        if path.is_dir() and path.name.isdigit() and any(path.iterdir())
    }


@task
def choose_authorities(la_code: str, month: str) -> list[str]:
    """The authority to land again; with an empty `la_code`, all that have files for `month`."""
    from csc_warehouse.run_month import steps

    home = Home.from_environment()
    here = steps.authorities_with_files(home, month)
    chosen = [code for code in here if la_code in ("", code)]
    if not chosen:
        raise DataRefused(
            f"No files of {la_code or 'any authority'} for {month}: expected them in "
            f"{home.landing}/{la_code or '<la_code>'}/{month}/<source>/."
        )
    return chosen


@task(map_index_template="{{ la_code }}")
def land(la_code: str, month: str) -> Summary:
    """Read one authority's files of the month into the lake."""
    get_current_context()["la_code"] = la_code  # type: ignore[typeddict-unknown-key]
    return _run("land", la_code, month)


@task.branch
def decide(gates: list[Any]) -> str:
    """To publication if all gates were passed, else to `accept`: a person decides."""
    return PUBLISH.name if all(gate["passed"] for gate in gates) else "accept"


def accept(month: str, gates: Sequence[str]) -> ApprovalOperator:
    """Ask a person whether `month` may go out with the critical failures of the tasks `gates`.

    Rejected or unanswered fails the run: the last release stays.
    """
    return ApprovalOperator(
        task_id="accept",
        subject=f"Publish {month} in spite of critical failures?",
        body=(
            f"{{% for gate in {list(gates)} %}}"
            "{% for failure in ti.xcom_pull(task_ids=gate)['critical'] %}"
            "- {{ failure }}\n"
            "{% endfor %}{% endfor %}\n"
            "Approve only with a reason that a reader of the release may see."
        ),
        params={"reason": Param("", type="string", title="Why it may be published")},
        response_timeout=timedelta(days=APPROVAL_DAYS),
        fail_on_reject=True,
        retries=0,
        execution_timeout=None,
    )


@task(
    task_id=PUBLISH.name,
    pool=CANDIDATE_POOL,
    trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS,
)
def publish(month: str) -> Summary:
    """Switch readers to the new release; with an acceptance, its reason and name go with it."""
    answer = get_current_context()["ti"].xcom_pull(task_ids="accept") or {}
    acceptance = {}
    if answer:
        acceptance = {
            "accept": (answer["params_input"].get("reason") or "").strip() or "no reason given",
            "accepted_by": answer["responded_by_user"]["name"],
        }
    return _run(PUBLISH.name, None, month, **acceptance)


@task(pool=CANDIDATE_POOL)
def retain(keep_months: str) -> Summary:
    """Remove what is older than its retention: `keep_months`, or each kind's own where empty."""
    from csc_warehouse.privacy import retention

    home = Home.from_environment()
    certificate = retention.apply_retention(home, int(keep_months) if keep_months else None)
    log.info("retention: %d files and folders removed", len(certificate.removed))
    return {"certificate_id": certificate.certificate_id, "removed": len(certificate.removed)}


def build_check_publish(landed: XComArg, month: str) -> None:
    """After `landed`: one build and one release for all authorities, in the steps' only order."""
    done = {step.name: _task(step)(month) for step in TO_CHECKED}
    gates = [step.name for step in TO_CHECKED if step.gate]
    decided, published = decide([done[gate] for gate in gates]), publish(month)
    chain(landed, *done.values(), decided)
    chain(decided, accept(month, gates), published)
    chain(decided, published)


def _task(step: Step) -> Callable[[str], XComArg]:
    """The step as a task. An authority whose files were refused does not keep the first waiting."""
    rule = (
        TriggerRule.ALL_DONE_MIN_ONE_SUCCESS if step is TO_CHECKED[0] else TriggerRule.ALL_SUCCESS
    )

    @task(task_id=step.name, pool=CANDIDATE_POOL, trigger_rule=rule, doc_md=step.purpose)
    def do(month: str) -> Summary:
        return _run(step.name, None, month)

    return do


def _run(step: str, la: str | None, month: str, **arguments: str) -> Summary:
    """Call the step for this process's home and log what it returns: counts, keys."""
    from csc_warehouse.run_month import steps

    summary: Summary = getattr(steps, step)(Home.from_environment(), la, month, **arguments)
    log.info("%s %s: %s", step, month, summary)
    return summary
