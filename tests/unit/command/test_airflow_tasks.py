"""What Airflow's notifiers say and send, and how a question is asked and answered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

# Airflow sets itself up from the environment when it is imported: a process of its own.
ASK = """
import json, logging, sys
from types import SimpleNamespace
said = []
from csc_warehouse.command import airflow_tasks as tasks
from csc_warehouse.errors import CscError, DataRefused
tasks.log = SimpleNamespace(
    error=lambda text, *values: said.append("error " + (text % values if values else text)),
    warning=lambda text, *values: said.append("warning " + (text % values if values else text)),
    info=lambda text, *values: None,
)
sent = []
tasks.notices.send = lambda home, notice: sent.append([notice.event, notice.text]) or ["not sent"]

class Instance:
    task_id = "land"
    log_url = "http://localhost:8080/dags/csc_reload_month/runs/a%20b/tasks/land"
    def xcom_pull(self, task_ids):
        return [{"critical": ["a", "b"]}, {"critical": []}, None]

def context(**others):
    return {"ti": Instance(), "params": {"month": "2022-09"}, **others}

for error in (DataRefused("one file"), CscError("a bug"), ValueError("disk 'J. Doe' full")):
    tasks.Tell()(context(exception=error))
tasks.LastLine()(context(exception=DataRefused("again")))
tasks.LastLine()(context(exception=OSError(28, "No space", "/srv/csc/lake")))
tasks.Tell()(context())

approvals = []
question = tasks.accept("2022-09", ["check_raw"])
parent = tasks.ApprovalOperator.execute_complete
tasks.ApprovalOperator.execute_complete = lambda self, context, event: "taken"
for options, reason in ((["Approve"], " "), (["Approve"], "known"), (["Reject"], "")):
    event = {"chosen_options": options, "params_input": {"reason": reason}}
    try:
        approvals.append(question.execute_complete({}, event))
    except DataRefused as refused:
        approvals.append(str(refused))
waits = []
tasks.ApprovalOperator.execute = lambda self, context: waits.append(self.response_timeout.days)
question.execute({})

def step(error):
    def do(home, la, month):
        raise error
    return do

raised = []
for error in (ValueError("disk 'J. Doe' full"), OSError(5, "EIO", "/csc/landing/991/J. Doe.csv"),
              DataRefused("one file")):
    sys.modules["csc_warehouse.run_month.steps"] = SimpleNamespace(land=step(error))
    try:
        tasks._run("land", "991", "2022-09")
    except Exception as found:
        raised.append([type(found).__name__, str(found), found.__traceback__.tb_next is not None])

gate = tasks._task(tasks.TO_CHECKED[0]).function
pushed = []
instance = SimpleNamespace(xcom_push=lambda **of: pushed.append(of))
tasks.get_current_context = lambda: {"ti": instance}
for critical in ([], ["half of the rows"]):
    found = {"passed": not critical, "critical": critical}
    tasks._run = lambda step, la, month, found=found: found
    try:
        pushed.append(gate("2022-09"))
    except tasks.AirflowSkipException as skipped:
        pushed.append(str(skipped))
print("SAID" + json.dumps([said, sent, approvals, waits, pushed, raised]))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Any:
    home = tmp_path_factory.mktemp("airflow")
    (home / "csc").mkdir()
    (home / "csc" / "settings.toml").write_text(
        '[load]\ndays_for_approval = 9\n[notify]\nlink = "https://csc.example.uk/"\n'
    )
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        env=os.environ | {"AIRFLOW_HOME": str(home), "CSC_HOME": str(home / "csc")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    line = next(line for line in done.stdout.splitlines() if line.startswith("SAID"))
    return json.loads(line.removeprefix("SAID"))


def test_the_message_is_the_last_line_of_the_log(answers: Any) -> None:
    said = answers[0]
    assert said == [
        "warning not sent",
        "error one file",
        "warning not sent",
        "error a bug",
        "warning not sent",
        "error ValueError: disk '…' full",
        "error again",
        "error The disk is full: /srv/csc/lake can't be written. Free some space, then run the "
        "same command again: nothing is half done, and the last release stays.",
        "warning not sent",
    ]


def test_a_failure_and_a_question_are_told_with_a_link_that_others_can_open(answers: Any) -> None:
    sent = answers[1]
    assert [event for event, _ in sent] == ["refused", "red", "red", "waiting"]
    link = "https://csc.example.uk/dags/csc_reload_month/runs/a%20b/tasks/land"
    assert all(text.endswith(link) for _, text in sent)
    assert "Critical failures: 2." in sent[-1][1]
    assert "It waits 9 days." in sent[-1][1]
    assert not [text for _, text in sent if "one file" in text or "Doe" in text]


def test_yes_needs_a_reason_and_no_needs_none(answers: Any) -> None:
    without, given, rejected = answers[2]
    assert without.startswith("Approved without a reason")
    assert (given, rejected) == ("taken", "taken")


def test_an_approval_is_waited_for_as_long_as_the_settings_say(answers: Any) -> None:
    assert answers[3] == [9]


def test_a_gate_with_critical_failures_is_not_green_and_its_failures_are_known(
    answers: Any,
) -> None:
    passed, pushed, skipped = answers[4]
    assert passed == {"passed": True, "critical": []}
    assert pushed == {
        "key": "return_value",
        "value": {"passed": False, "critical": ["half of the rows"]},
    }
    assert skipped.startswith("Not passed: 1 critical.")
    assert skipped.endswith("half of the rows")


def test_what_airflow_logs_of_an_error_has_no_value_and_where_it_was(answers: Any) -> None:
    unknown, of_system, refused = answers[5]
    assert [kind for kind, *_ in answers[5]] == ["CscError", "CscError", "DataRefused"]
    assert unknown[1] == "ValueError: disk '…' full"
    assert of_system[1].startswith("The disk fails at a file in /csc/landing/991.")
    assert refused[1] == "one file"
    assert all(has_place for *_, has_place in answers[5])
