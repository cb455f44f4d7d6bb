"""The steps of a month as Airflow tasks; each calls one function of `run_month.steps`.

The DAGs say when, `run_month.order` in what order. Refused data fails a task at once, because
running it again would refuse it again; anything else (a full disk, a killed process, a lock) is
tried again. `steps` is imported inside the tasks: a DAG file must parse without dbt or Great
Expectations.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import (
    BaseNotifier,
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
from airflow.sdk.bases.xcom import BaseXCom
from airflow.sdk.exceptions import AirflowSkipException

from csc_warehouse import home_settings
from csc_warehouse.command import notices
from csc_warehouse.command.handing_out import hand_out, take_back
from csc_warehouse.command.outcome import released
from csc_warehouse.errors import CscError, DataRefused, WrongUse, told
from csc_warehouse.places import CANDIDATE_POOL, Home
from csc_warehouse.run_month.order import PUBLISH, TO_CHECKED, Step

Summary = dict[str, Any]
log = logging.getLogger(__name__)

#: More than any month waits: the days of grace of `settings.toml` end the waiting.
SENSOR_SECONDS = 120 * 86_400

REFUSED_DATA_IS_FINAL = ExceptionRetryPolicy(
    [
        RetryRule(
            exception=[DataRefused, WrongUse],
            action=RetryAction.FAIL,
            reason="The data was refused: the same files would be refused again.",
        )
    ]
)


class LastLine(BaseNotifier):
    """After Airflow's frames, what happened and what to do: the last line of the task's log."""

    def notify(self, context: Any) -> None:
        if error := context.get("exception"):
            log.error("%s", told(error))


class Tell(LastLine):
    """Airflow's notifier: a task that failed, or an approval that is waited for."""

    def notify(self, context: Any) -> None:
        task_instance = context["ti"]
        home = Home.from_environment()
        month, link = _month_of(context), _link(home, task_instance.log_url)
        if "exception" in context:
            notice = notices.failed(context["exception"], month, task_instance.task_id, link)
        else:
            failures = _critical(task_instance)
            days = home_settings.read(home).load.days_for_approval
            notice = notices.waiting(month, failures, days, link)
        _send(home, notice)
        super().notify(context)


def _send(home: Home, notice: notices.Notice) -> None:
    for problem in notices.send(home, notice):
        log.warning(problem)


def _link(home: Home, url: str) -> str:
    """A page of Airflow's screen, as those who are told can open it."""
    base = home_settings.read(home).notify.link.rstrip("/")
    return f"{base}/dags/{url.partition('/dags/')[2]}" if base else url


def _month_of(context: Any) -> str:
    """The month of a run: its parameter, else that of its day."""
    day = context.get("logical_date")
    return context["params"].get("month") or (f"{day:%Y-%m}" if day else "no month")


def _critical(task_instance: Any) -> int:
    """How many critical failures the gates of the run found."""
    found = task_instance.xcom_pull(task_ids=[step.name for step in TO_CHECKED if step.gate])
    return sum(len(gate["critical"]) for gate in found if gate)


#: The delay between tries is Airflow's setting `[core] default_task_retry_delay`.
DEFAULT_ARGS: dict[str, Any] = {
    "owner": "data-engineering",
    "retries": 2,
    "retry_policy": REFUSED_DATA_IS_FINAL,
    "execution_timeout": timedelta(hours=6),
    "on_failure_callback": [Tell()],
    "on_retry_callback": [LastLine()],
}


@task.sensor(mode="reschedule", poke_interval=900, timeout=SENSOR_SECONDS, execution_timeout=None)
def wait_for_files(month: str) -> PokeReturnValue:
    """Wait for the whole delivery of every authority, at most for the days of grace.

    Returns the codes of the authorities to land. Late ones are told of once a day.
    Raises DataRefused where the days of grace end without any delivery.
    """
    from csc_warehouse.run_month import deliveries

    home, now = Home.from_environment(), datetime.now(tz=UTC)
    settings = home_settings.read(home)
    found = deliveries.look(home, month, now)
    for each in found.others:
        log.info("%s %s: %s", each.la_code, month, each.why)
    if not found.is_time:
        log.info("Whole: %s. Waiting until %s at most.", found.whole, settings.grace_ends(month))
        link = _link(home, get_current_context()["ti"].log_url)
        for problem in notices.tell_late(home, month, found, now, link):
            log.warning(problem)
        return PokeReturnValue(is_done=False)
    deliveries.require_somebody(home, month, found)
    if found.others:
        late = sorted(each.la_code for each in found.others)
        log.warning("%s keep their last accepted load: not delivered for %s", late, month)
    return PokeReturnValue(is_done=True, xcom_value=list(found.whole))


@task
def find_late_deliveries() -> list[dict[str, Any]]:
    """A run of `csc_reload_month`, named by its month, for what no run waits for any more."""
    from csc_warehouse.run_month import deliveries

    now = datetime.now(tz=UTC)
    found = deliveries.due(Home.from_environment(), now)
    log.info("Whole deliveries that were not loaded: %s", found)
    return [
        {
            "conf": {"month": month, "la_code": la_code},
            "trigger_run_id": f"{month}_{la_code}_found_{now:%Y-%m-%dT%H%M%S}",
        }
        for month, la_code in found
    ]


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


#: A gate with critical failures is skipped, not failed: its run goes on to the question.
PASSED_OR_NOT = TriggerRule.NONE_FAILED


@task.branch(trigger_rule=PASSED_OR_NOT)
def decide(gates: list[Any]) -> str:
    """To publication if all gates were passed, else to `accept`: a person decides."""
    return PUBLISH.name if all(gate["passed"] for gate in gates) else "accept"


class Approval(ApprovalOperator):
    """Airflow's question, which waits as long as the settings say; yes needs a reason."""

    def execute(self, context: Any) -> None:
        days = home_settings.read(Home.from_environment()).load.days_for_approval
        self.response_timeout = timedelta(days=days)
        super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        reason = ((event.get("params_input") or {}).get("reason") or "").strip()
        if self.APPROVE in event.get("chosen_options", ()) and not reason:
            raise DataRefused(
                "Approved without a reason, which every reader of the release may see. "
                "Clear the task `accept`: it asks again."
            )
        return super().execute_complete(context, event)


def accept(month: str, gates: Sequence[str]) -> ApprovalOperator:
    """Ask a person whether `month` may go out with the critical failures of the tasks `gates`.

    Rejected or unanswered fails the run: the last release stays.
    """
    return Approval(
        task_id="accept",
        subject=f"Publish {month} in spite of critical failures?",
        body=(
            f"{{% for gate in {list(gates)} %}}"
            "{% for failure in ti.xcom_pull(task_ids=gate)['critical'] %}"
            "- {{ failure }}\n"
            "{% endfor %}{% endfor %}\n"
            "To approve, give a reason that a reader of the release may see; to reject, none."
        ),
        params={"reason": Param("", type="string", title="Why it may be published")},
        notifiers=[Tell()],
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
            "accept": answer["params_input"]["reason"].strip(),
            "accepted_by": answer["responded_by_user"]["name"],
        }
    summary = _run(PUBLISH.name, None, month, **acceptance)
    if not summary["already_published"]:
        home = Home.from_environment()
        link = _link(home, get_current_context()["ti"].log_url)
        _send(home, notices.published(summary, link))
    for line in released(summary):
        log.info("%s", line)
    return summary


@task
def deliver(published: Any) -> list[str]:
    """Give each audience that `settings.toml` names its part of the release; again is no work."""
    handed = hand_out(Home.from_environment(), published["release_id"])
    for line in handed or ["settings.toml names no audience: nothing is delivered."]:
        log.info("%s", line)
    return handed


@task(pool=CANDIDATE_POOL)
def retain(keep_months: str) -> Summary:
    """Remove what is older than its retention: `keep_months`, or each kind's own where empty."""
    from csc_warehouse.privacy import retention

    home = Home.from_environment()
    certificate = retention.apply_retention(home, int(keep_months) if keep_months else None)
    log.info("retention: %d files and folders removed", len(certificate.removed))
    for line in take_back(home):
        log.info("%s", line)
    return {"certificate_id": certificate.certificate_id, "removed": len(certificate.removed)}


def build_check_publish(landed: XComArg, month: str) -> None:
    """After `landed`: one build and one release for all authorities, in the steps' only order."""
    done = {step.name: _task(step)(month) for step in TO_CHECKED}
    gates = [step.name for step in TO_CHECKED if step.gate]
    decided, published = decide([done[gate] for gate in gates]), publish(month)
    chain(landed, *done.values(), decided)
    chain(decided, accept(month, gates), published)
    chain(decided, published)
    deliver(published)


def _task(step: Step) -> Callable[[str], XComArg]:
    """The step as a task. An authority whose files were refused does not keep the first waiting.

    A gate with critical failures ends as *skipped*, with them in its log, so that it is not green.
    """
    rule = TriggerRule.ALL_DONE_MIN_ONE_SUCCESS if step is TO_CHECKED[0] else PASSED_OR_NOT

    @task(task_id=step.name, pool=CANDIDATE_POOL, trigger_rule=rule, doc_md=step.purpose)
    def do(month: str) -> Summary:
        summary = _run(step.name, None, month)
        if critical := summary.get("critical"):
            # What it found is wanted by `decide` and `accept`; only a task that ends well returns.
            get_current_context()["ti"].xcom_push(key=BaseXCom.XCOM_RETURN_KEY, value=summary)
            raise AirflowSkipException(
                f"Not passed: {len(critical)} critical. The last release stays until somebody "
                "accepts them: " + "; ".join(critical)
            )
        return summary

    return do


def _run(step: str, la: str | None, month: str, **arguments: str) -> Summary:
    """Call the step for this process's home and log what it returns: counts, keys.

    Airflow logs an error's own words, which may quote a value or name a file: ours stand for them.
    """
    from csc_warehouse.run_month import steps

    try:
        summary: Summary = getattr(steps, step)(Home.from_environment(), la, month, **arguments)
    except CscError:
        raise
    except Exception as error:
        raise CscError(told(error)).with_traceback(error.__traceback__) from None
    log.info("%s %s: %s", step, month, summary)
    return summary
