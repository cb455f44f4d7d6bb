"""Airflow on this machine, for one person; `docker-compose.yml` is for a server.

SQLite metadata, LocalExecutor, loopback only, everything under `CSC_HOME/airflow`.

Not `airflow standalone`: that also starts a triggerer and two log servers that listen beyond the
loopback address, its scheduler imports dbt in each task anew, and it leaves orphans behind. Here
each component leads a session of its own, so that all that it ever started can be found and
stopped.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from csc_warehouse.command import sessions
from csc_warehouse.errors import CscError, DataRefused, WrongUse
from csc_warehouse.files import private_directory, write_atomically
from csc_warehouse.month import Month
from csc_warehouse.places import CANDIDATE_POOL, PROJECT_ROOT, Home
from csc_warehouse.run_month.order import TO_CHECKED

DAG_ID = "csc_monthly_load"
USER = "admin"
FIRST_CHOICE_OF_PORT = 8080
READY_SECONDS = 300
BACKFILL_SECONDS = 120
#: The scheduler imports what the steps need before it forks: else each task would, for seconds.
IMPORTED_AHEAD = "dbt.cli.main, great_expectations, csc_warehouse.run_month.steps"
SCHEDULER = f"import {IMPORTED_AHEAD}; from airflow.__main__ import main; main()"
COMPONENTS = {
    "api-server": ("-m", "airflow", "api-server", "--workers", "1"),
    # The API server reads the logs from the same disk; a log server would be a port more.
    "scheduler": ("-c", SCHEDULER, "scheduler", "--skip-serve-logs"),
    "dag-processor": ("-m", "airflow", "dag-processor"),
}
#: The states of a task that are told: the others pass by themselves.
TOLD = ("running", "success", "failed", "up_for_retry", "awaiting_input")
#: A gate that ends as skipped has found critical failures; what nobody needed is skipped too.
GATES = frozenset(step.name for step in TO_CHECKED if step.gate)

Print = Callable[[str], None]


def free_port(preferred: int = FIRST_CHOICE_OF_PORT) -> int:
    """`preferred`, or any other port of the loopback address that nobody listens on."""
    for port in (preferred, 0):
        with contextlib.suppress(OSError), socket.socket() as candidate:
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            candidate.bind(("127.0.0.1", port))
            return int(candidate.getsockname()[1])
    raise CscError("No port is free on the loopback address.")


def environment(home: Home, port: int) -> dict[str, str]:
    """The environment of every Airflow process: this one's, with our settings."""
    airflow_home = home.root / "airflow"
    url = f"http://127.0.0.1:{port}"
    settings = {
        ("CORE", "DAGS_FOLDER"): PROJECT_ROOT / "dags",
        ("CORE", "EXECUTOR"): "LocalExecutor",
        ("CORE", "PARALLELISM"): 4,
        ("CORE", "DEFAULT_TASK_RETRY_DELAY"): 5,
        ("CORE", "LOAD_EXAMPLES"): False,
        ("CORE", "DAGS_ARE_PAUSED_AT_CREATION"): False,
        ("CORE", "EXECUTION_API_SERVER_URL"): f"{url}/execution/",
        ("CORE", "SIMPLE_AUTH_MANAGER_USERS"): f"{USER}:admin",
        ("CORE", "SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"): airflow_home / "passwords.json",
        ("DATABASE", "SQL_ALCHEMY_CONN"): f"sqlite:///{airflow_home}/airflow.db",
        ("LOGGING", "BASE_LOG_FOLDER"): airflow_home / "logs",
        ("LOGGING", "FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS"): "0o700",
        ("LOGGING", "FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS"): "0o600",
        ("API", "HOST"): "127.0.0.1",
        ("API", "PORT"): port,
        ("API", "BASE_URL"): url,
        ("API", "EXPOSE_CONFIG"): False,
        ("API", "SECRET_KEY"): secrets.token_hex(32),
        ("API_AUTH", "JWT_SECRET"): secrets.token_hex(64),
        # Only what is asked for is run: no month of its own accord.
        ("SCHEDULER", "USE_JOB_SCHEDULE"): False,
        ("USAGE_DATA_COLLECTION", "ENABLED"): False,
    }
    return (
        os.environ
        | {
            "CSC_HOME": str(home.root),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "PYTHONUNBUFFERED": "1",
            "AIRFLOW_HOME": str(airflow_home),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
            "GX_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            # Nothing here goes through a proxy.
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
        }
        | {f"AIRFLOW__{part}__{name}": str(value) for (part, name), value in settings.items()}
    )


@dataclass
class LocalAirflow:
    """A running Airflow: use it as a context manager; nothing of it is left afterwards."""

    home: Home
    say: Print
    port: int = 0
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12), repr=False)
    environment: dict[str, str] = field(default_factory=dict, repr=False)
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict, repr=False)
    _lock: int = -1

    @property
    def directory(self) -> Path:
        return self.home.root / "airflow"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def api(self) -> httpx.Client:
        """Its REST API, once it has a port."""
        return httpx.Client(base_url=f"{self.url}/api/v2/", timeout=30, trust_env=False)

    @property
    def _sessions(self) -> Path:
        """The process ids that lead its sessions; the file stays where nobody tidied up."""
        return self.directory / "sessions.json"

    def __enter__(self) -> LocalAirflow:
        private_directory(self.directory)
        self._take_lock()
        try:
            self._clear_after_a_crash()
            self.port = free_port()
            self.environment = environment(self.home, self.port)
            write_atomically(self.directory / "passwords.json", json.dumps({USER: self.password}))
            write_atomically(self.directory / "environment", self._exports())
            if self._start("db", "-m", "airflow", "db", "migrate").wait() != 0:
                log = self.directory / "db.log"
                raise CscError(f"Airflow's metadata database could not be made: see {log}.")
            del self._processes["db"]
            for component, command in COMPONENTS.items():
                self._start(component, *command)
            self._wait_until_ready()
            pool = {"name": CANDIDATE_POOL, "slots": 1, "description": "DuckDB has one writer"}
            self.post("pools", pool, or_else=[409])
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _exports(self) -> str:
        """What a shell reads to call `airflow` beside this one: what differs from its own."""
        return "".join(
            f"export {name}={shlex.quote(value)}\n"
            for name, value in sorted(self.environment.items())
            if os.environ.get(name) != value
        )

    def _take_lock(self) -> None:
        self._lock = os.open(self.directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            self._lock = -1
            raise WrongUse(
                f"Airflow is already running for {self.home.root}. Stop it first (Ctrl-C where it "
                "runs), or set CSC_HOME to another folder."
            ) from error

    def _clear_after_a_crash(self) -> None:
        """Stop what a killed run left behind, and forget its half-finished runs.

        The metadata database is only a record of runs: the data says itself what is loaded.
        """
        if self._sessions.exists():
            leaders = json.loads(self._sessions.read_text())
            sessions.stop([pid for pid in leaders if sessions.works_in(pid, self.directory)])
            for path in self.directory.glob("airflow.db*"):
                path.unlink()
            self._sessions.unlink()

    def _start(self, component: str, *arguments: str) -> subprocess.Popen[bytes]:
        log = self.directory / f"{component}.log"
        process = sessions.start(arguments, self.directory, log, self.environment)
        self._processes[component] = process
        write_atomically(self._sessions, json.dumps(self.leaders()))
        return process

    def leaders(self) -> list[int]:
        """The processes that lead its sessions."""
        return [process.pid for process in self._processes.values()]

    def _wait_until_ready(self) -> None:
        """Wait for the API, the scheduler's heartbeat and the DAG. Raises CscError."""
        deadline = time.monotonic() + READY_SECONDS
        while not self._is_ready():
            self.require_alive()
            if time.monotonic() > deadline:
                raise CscError(
                    f"Airflow was not ready after {READY_SECONDS} s: see {self.directory}/*.log"
                )
            time.sleep(0.5)

    def _is_ready(self) -> bool:
        try:
            if self.get("monitor/health")["scheduler"]["status"] != "healthy":
                return False
            if "Authorization" not in self.api.headers:
                user = {"username": USER, "password": self.password}
                answer = self.api.post(f"{self.url}/auth/token", json=user).raise_for_status()
                self.api.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            for broken in self.get("importErrors")["import_errors"]:
                raise CscError(f"{broken['filename']} does not import: {broken['stack_trace']}")
            self.get(f"dags/{DAG_ID}")
        except httpx.HTTPError:
            return False
        return True

    def require_alive(self) -> None:
        """Raise CscError where a component has ended by itself."""
        for component, process in self._processes.items():
            if process.poll() is not None:
                raise CscError(
                    f"Airflow's {component} ended with exit code {process.returncode}: see "
                    f"{self.directory / f'{component}.log'}."
                )

    def stop(self) -> None:
        """Stop every process that was started, however deep; give the lock back."""
        with sessions.deaf_to_signals():
            sessions.stop(self.leaders())
            for process in self._processes.values():
                process.wait()
            self._processes.clear()
            for name in ("passwords.json", "environment"):
                (self.directory / name).unlink(missing_ok=True)
            if self._lock >= 0:
                os.close(self._lock)
                self._lock = -1

    def keep_history(self) -> None:
        """Let the next start keep the record of runs, unless one of them is half finished."""
        with contextlib.suppress(httpx.HTTPError):
            if not self.get("dags/~/dagRuns?state=running&state=queued&limit=1")["dag_runs"]:
                self._sessions.unlink(missing_ok=True)

    def get(self, path: str) -> Any:
        """What the API shows at `path`, decoded. Raises httpx.HTTPError."""
        return self.api.get(path).raise_for_status().json()

    def post(self, path: str, body: dict[str, Any], or_else: Sequence[int] = ()) -> httpx.Response:
        """POST `body` to `path`. Raises httpx.HTTPError, but for the statuses `or_else`."""
        answer = self.api.post(path, json=body)
        if answer.status_code not in or_else:
            answer.raise_for_status()
        return answer

    def backfill(self, first: str, last: str) -> None:
        """Ask for the months from `first` to `last`, one after the other, again if need be."""
        body: dict[str, Any] = {
            "dag_id": DAG_ID,
            "from_date": f"{first}-01T00:00:00Z",
            "to_date": f"{Month.of(last).last_day}T00:00:00Z",
            "reprocess_behavior": "completed",
            "max_active_runs": 1,
            "dag_run_conf": {},
        }
        # Airflow looks every half minute whether the backfill before has ended (409). On SQLite it
        # also declines while its scheduler writes, and takes back what it had begun (503).
        deadline = time.monotonic() + BACKFILL_SECONDS
        while self.post("backfills", body, or_else=[409, 503]).is_error:
            if time.monotonic() > deadline:
                raise CscError(f"Airflow took no backfill for {BACKFILL_SECONDS} s. Run it again.")
            time.sleep(1)

    def runs(self, months: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The run of each of `months` that has one."""
        answer = self.get(f"dags/{DAG_ID}/dagRuns?limit=1000&order_by=logical_date")
        by_month = {str(run["logical_date"])[:7]: run for run in answer["dag_runs"]}
        return {month: by_month[month] for month in months if month in by_month}

    def tasks(self, run: dict[str, Any]) -> list[dict[str, Any]]:
        """The task instances of a run, in the order in which they began."""
        path = f"dags/{run['dag_id']}/dagRuns/{run['dag_run_id']}/taskInstances?limit=1000"
        tasks: list[dict[str, Any]] = self.get(path)["task_instances"]
        return sorted(tasks, key=lambda task: task["start_date"] or "9")

    def log_file(self, task: dict[str, Any]) -> Path:
        """Where the log of the task's last attempt is."""
        parts = ["dag_id={dag_id}", "run_id={dag_run_id}", "task_id={task_id}"]
        parts += ["map_index={map_index}"] * (task["map_index"] >= 0)
        folder = self.directory.joinpath("logs", *(part.format_map(task) for part in parts))
        return folder / f"attempt={max(task['try_number'], 1)}.log"

    def follow(self, months: Sequence[str], *, poll_seconds: float = 1.0) -> None:
        """Say each change of state until every month is loaded.

        Raises DataRefused for the first month that fails or waits for a person, saying which task
        and where its log is.
        """
        seen: set[tuple[str, ...]] = set()
        finished: set[str] = set()
        while len(finished) < len(months):
            self.require_alive()
            for month, run in self.runs(months).items():
                if month in finished or run["state"] == "queued":
                    continue
                tasks = self.tasks(run)
                for task in tasks:
                    key = (month, *(str(task[part]) for part in ("id", "try_number", "state")))
                    told = task["state"] in TOLD or _is_not_passed(task)
                    if told and key not in seen:
                        seen.add(key)
                        self._tell(month, task)
                if waiting := [task for task in tasks if task["state"] == "awaiting_input"]:
                    raise DataRefused(self._question(month, waiting[0]))
                if run["state"] == "failed":
                    failed = [task["task_id"] for task in tasks if task["state"] == "failed"]
                    raise DataRefused(
                        f"{month} was not published: {', '.join(failed) or 'the run'} failed "
                        "(see above). The last release stays."
                    )
                if run["state"] == "success":
                    finished.add(month)
                    self.say(f"{month}  loaded in {run['duration']:.0f} s")
            time.sleep(poll_seconds)

    def _tell(self, month: str, task: dict[str, Any]) -> None:
        state = "not passed" if _is_not_passed(task) else task["state"].replace("_", " ")
        name = task["task_id"]
        # Airflow knows the authority of a mapped task once the task has ended.
        if (label := task["rendered_map_index"]) not in (None, str(task["map_index"])):
            name = f"{name} {label}"
        took = f"  {task['duration']:.1f} s" if state == "success" and task["duration"] else ""
        self.say(f"{month}  {name:<16}  {state}{took}")
        if state in ("failed", "up for retry"):
            path = self.log_file(task)
            self.say(f"         {last_error(path)}\n         log: {path}")

    def _question(self, month: str, task: dict[str, Any]) -> str:
        """What waits for a person's decision, and how to give it."""
        path = f"dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}/taskInstances"
        asked = self.get(f"{path}/{task['task_id']}/{task['map_index']}/hitlDetails")
        return (
            f"{month} was not published: critical failures wait for a decision. The last release "
            f"stays.\n{asked['body']}\nCorrect the files and run again, or accept the failures: "
            f"csc publish --month {month} --accept REASON --by NAME"
        )


def _is_not_passed(task: dict[str, Any]) -> bool:
    return task["task_id"] in GATES and task["state"] == "skipped"


def last_error(log_file: Path) -> str:
    """The message of the last error in a task's log (JSON lines), or a hint where there is none."""
    try:
        lines = log_file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "no log was written"
    for line in reversed(lines):
        with contextlib.suppress(ValueError, LookupError, TypeError):
            details = json.loads(line)["error_detail"]
            return f"{details[0]['exc_type']}: {details[0]['exc_value']}"
    return "it ended without a message"
