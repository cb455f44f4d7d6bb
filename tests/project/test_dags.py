"""The DAGs import, are the ones we think, and parse without reading anything."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from csc_warehouse.places import CANDIDATE_POOL, PROJECT_ROOT
from library.pages import code, pages

DAGS = PROJECT_ROOT / "dags"
LOADS = {"csc_monthly_load", "csc_reload_month"}
EXPECTED = LOADS | {"csc_retention", "csc_late_deliveries"}
#: Each task is in one of the two: a new one must be put somewhere. Retention removes candidates.
OPENS_A_CANDIDATE = {
    "check_raw",
    "build_staging",
    "check_staging",
    "build_star",
    "check_marts",
    "publish",
    "retain",
}
OPENS_NONE = {
    "wait_for_files",
    "choose_authorities",
    "land",
    "decide",
    "accept",
    "deliver",
    "find_late_deliveries",
    "reload",
}
PARSE_CPU_SECONDS = 3

# Airflow sets itself up from the environment when it is imported: a process of its own.
DUMP = """
import json, os, shlex, sys, time
touched = []
home = os.environ["CSC_HOME"]
def audit(event, arguments):
    if event in ("open", "os.listdir", "os.scandir", "os.mkdir"):
        if str(arguments[0]).startswith(home):
            touched.append(f"{event} {arguments[0]}")
    elif event in ("socket.connect", "subprocess.Popen", "os.system"):
        touched.append(f"{event} {arguments}")
from airflow.dag_processing.dagbag import DagBag
from airflow.providers.standard.operators.hitl import ApprovalOperator
import airflow.sdk
sys.addaudithook(audit)
started = time.process_time()
bag = DagBag(sys.argv[1])
seconds = time.process_time() - started
heavy = (
    "dbt", "great_expectations", "duckdb", "pandas", "pyarrow", "csc_warehouse.run_month.steps",
)
print("DUMP" + json.dumps({
    "errors": {str(path): str(error) for path, error in bag.import_errors.items()},
    "touched": touched,
    "heavy": [name for name in heavy if name in sys.modules],
    "seconds": seconds,
    "dags": {
        dag.dag_id: {
            "file": dag.fileloc,
            "doc": dag.doc_md,
            "tags": sorted(dag.tags),
            "max_active_runs": dag.max_active_runs,
            "catchup": dag.catchup,
            "timetable": type(dag.timetable).__name__,
            "tasks": {
                task.task_id: {
                    "owner": task.owner,
                    "pool": task.pool,
                    "retries": task.retries,
                    "policy": task.retry_policy is not None,
                    "tells": [type(each).__name__ for each in task.on_failure_callback],
                    "trigger_rule": str(getattr(task.trigger_rule, "value", task.trigger_rule)),
                    "downstream": sorted(task.downstream_task_ids),
                    "mapped": task.is_mapped,
                }
                for task in dag.tasks
            },
        }
        for dag in bag.dags.values()
    },
}))
# Airflow's own parser, without a server: what each command is called with, or that it is refused.
from airflow.cli.cli_parser import get_parser
parser, parsed = get_parser(), {}
for command in json.loads(sys.argv[2]):
    try:
        parsed[command] = getattr(parser.parse_args(shlex.split(command)[1:]), "dag_id", "")
    except SystemExit:
        parsed[command] = None
print("PARSED" + json.dumps(parsed))
"""

NO_COMMAND = "airflow backfill create --dag csc_monthly_load --from 2022-07-01"


def airflow_commands() -> list[str]:
    """The commands in the pages and the compose file that begin with `airflow`, whole ones."""
    lines = [line for page in pages("*.md") for line in code(page.read_text(encoding="utf-8"))]
    compose = (PROJECT_ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    lines += [part.strip() for part in re.split(r"&&|\n", compose)]
    told = (re.sub(r"^(- )?(exec |docker compose exec scheduler )?", "", line) for line in lines)
    return sorted({each for each in told if re.match(r"airflow [a-z]", each) and "…" not in each})


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What Airflow makes of the folder `dags` and of the commands of the pages."""
    home = tmp_path_factory.mktemp("dags")
    environment = os.environ | {
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "CSC_HOME": str(home / "csc"),
    }
    done = subprocess.run(
        [sys.executable, "-c", DUMP, str(DAGS), json.dumps([*airflow_commands(), NO_COMMAND])],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def told(said: list[str], what: str) -> dict[str, Any]:
    line = next(line for line in said if line.startswith(what))
    return dict(json.loads(line.removeprefix(what)))


@pytest.fixture(scope="module")
def bag(said: list[str]) -> dict[str, Any]:
    """What Airflow makes of the folder `dags`."""
    return told(said, "DUMP")


def each_task(bag: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """(DAG, task, what is known of it), of all DAGs."""
    return [
        (dag_id, task_id, task)
        for dag_id, dag in bag["dags"].items()
        for task_id, task in dag["tasks"].items()
    ]


def test_the_dags_are_these_and_import(bag: dict[str, Any]) -> None:
    assert bag["errors"] == {}
    assert set(bag["dags"]) == EXPECTED


def test_airflow_takes_each_command_that_the_pages_name(said: list[str]) -> None:
    parsed = told(said, "PARSED")
    assert parsed.pop(NO_COMMAND) is None
    assert len(parsed) >= 5
    assert [command for command, dag_id in parsed.items() if dag_id is None] == []
    assert {dag_id for dag_id in parsed.values() if dag_id} <= EXPECTED


def test_one_file_one_dag_of_at_most_a_hundred_lines(bag: dict[str, Any]) -> None:
    files = {path.stem: path for path in DAGS.glob("*.py")}
    assert set(files) == EXPECTED
    for dag_id, dag in bag["dags"].items():
        assert Path(dag["file"]).stem == dag_id
        assert len(files[dag_id].read_text().splitlines()) <= 100


def test_parsing_reads_nothing_and_loads_nothing_heavy(bag: dict[str, Any]) -> None:
    assert bag["touched"] == []
    assert bag["heavy"] == []
    assert bag["seconds"] < PARSE_CPU_SECONDS


def test_each_dag_says_what_it_is_for_and_what_to_do_when_red(bag: dict[str, Any]) -> None:
    for dag in bag["dags"].values():
        for heading in ("**Purpose.**", "**Inputs.**", "**Outputs.**", "**When red.**"):
            assert heading in dag["doc"]
        assert [tag for tag in dag["tags"] if re.fullmatch(r"impact-[1-3]", tag)]
        assert dag["max_active_runs"] == 1
        assert dag["catchup"] is False
    assert bag["dags"]["csc_monthly_load"]["timetable"] == "CronTriggerTimetable"


def test_each_task_has_an_owner_and_is_tried_again_unless_the_data_is_refused(
    bag: dict[str, Any],
) -> None:
    for _, task_id, task in each_task(bag):
        assert task["owner"] == "data-engineering"
        assert task["policy"]
        assert task["tells"] == ["Tell"]
        # A person's answer is asked for once.
        assert task["retries"] == (0 if task_id == "accept" else 2)


def test_what_opens_a_candidate_shares_one_slot(bag: dict[str, Any]) -> None:
    assert not OPENS_A_CANDIDATE & OPENS_NONE
    for _, task_id, task in each_task(bag):
        assert task_id in OPENS_A_CANDIDATE | OPENS_NONE
        assert task["pool"] == (CANDIDATE_POOL if task_id in OPENS_A_CANDIDATE else "default_pool")


def test_the_steps_come_in_the_order_of_the_design(bag: dict[str, Any]) -> None:
    for dag_id in LOADS:
        dag = bag["dags"][dag_id]
        first = "wait_for_files" if dag_id == "csc_monthly_load" else "choose_authorities"
        downstream = {task_id: task["downstream"] for task_id, task in dag["tasks"].items()}
        assert downstream == {
            first: ["land"],
            "land": ["check_raw"],
            "check_raw": ["build_staging", "decide"],
            "build_staging": ["check_staging"],
            "check_staging": ["build_star", "decide"],
            "build_star": ["check_marts"],
            "check_marts": ["decide"],
            "decide": ["accept", "publish"],
            "accept": ["publish"],
            "publish": ["deliver"],
            "deliver": [],
        }
        assert dag["tasks"]["land"]["mapped"]
        # One authority that is refused does not stop the others; all of them do.
        assert dag["tasks"]["check_raw"]["trigger_rule"] == "all_done_min_one_success"
        assert dag["tasks"]["publish"]["trigger_rule"] == "none_failed_min_one_success"
        # A gate with critical failures is skipped: what comes after it goes on to the question.
        for after_a_gate in ("build_staging", "build_star", "decide"):
            assert dag["tasks"][after_a_gate]["trigger_rule"] == "none_failed"


def test_what_came_late_is_found_and_then_loaded(bag: dict[str, Any]) -> None:
    tasks = bag["dags"]["csc_late_deliveries"]["tasks"]
    assert {name: task["downstream"] for name, task in tasks.items()} == {
        "find_late_deliveries": ["reload"],
        "reload": [],
    }
    assert tasks["reload"]["mapped"]


def test_the_table_of_dags_is_complete(bag: dict[str, Any]) -> None:
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", (DAGS / "README.md").read_text(), re.MULTILINE)
    assert {dag_id for dag_id, _ in rows} == EXPECTED
    for dag_id, row in rows:
        cells = [cell.strip() for cell in row.split("|")]
        assert len(cells) == 4 and all(cells)
        assert cells[1] == "data-engineering"
        impact = next(tag for tag in bag["dags"][dag_id]["tags"] if tag.startswith("impact-"))
        assert cells[2].startswith(impact.removeprefix("impact-"))


def test_refused_data_is_final_and_a_broken_machine_is_not() -> None:
    check = """
from csc_warehouse.command.airflow_tasks import REFUSED_DATA_IS_FINAL as policy
from csc_warehouse.errors import CscError, DataRefused, WrongUse
for error in (DataRefused(), WrongUse(), CscError(), OSError(), MemoryError()):
    print("SAYS", type(error).__name__, policy.evaluate(error, 1, 3).action.value)
"""
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    said = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("SAYS")]
    assert said == [
        ["DataRefused", "fail"],
        ["WrongUse", "fail"],
        ["CscError", "default"],
        ["OSError", "default"],
        ["MemoryError", "default"],
    ]
