"""`make run`: Airflow on this machine, and months loaded through its real scheduler.

SQLite metadata, LocalExecutor, loopback only, everything under `CSC_HOME/airflow`. Each component
leads a session of its own, so that all that it ever started can be found and stopped.
This is for one person on one machine; `docker-compose.yml` is for a server.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from csc_warehouse.errors import CscError, DataRefused, WrongUse
from csc_warehouse.files import move, private_directory, restrict_new_files, write_atomically
from csc_warehouse.month import Month
from csc_warehouse.settings import CANDIDATE_POOL, PROJECT_ROOT, Home

DAG_ID = "csc_monthly_load"
USER = "admin"
FIRST_CHOICE_OF_PORT = 8080
READY_SECONDS = 300
BACKFILL_SECONDS = 120
#: How long a task that is running may go on after Ctrl-C before it is killed; it can be repeated.
STOP_SECONDS = 8
CSC = (sys.executable, "-c", "from csc_warehouse.command.cli import main; main()")
#: The scheduler imports what the steps need before it forks: else each task would, for seconds.
SCHEDULER = (
    sys.executable,
    "-c",
    "import dbt.cli.main, great_expectations, csc_warehouse.pipeline;"
    "from airflow.__main__ import main; main()",
)
COMPONENTS = ("api-server", "scheduler", "dag-processor")

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
    return os.environ | {
        "CSC_HOME": str(home.root),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
        "AIRFLOW_HOME": str(airflow_home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT_ROOT / "dags"),
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "5",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(airflow_home / "passwords.json"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{airflow_home}/airflow.db",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(airflow_home / "logs"),
        "AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS": "0o700",
        "AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS": "0o600",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__EXPOSE_CONFIG": "False",
        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(64),
        # Only what is asked for is run: no month of its own accord.
        "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
        "GX_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        # Nothing here goes through a proxy.
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def months_between(first: str, last: str) -> list[str]:
    """Each month from `first` to `last`, both `YYYY-MM` and both included."""
    months = [str(month) for month in Month.of(first).until(Month.of(last))]
    if not months:
        raise WrongUse(f"{last} is before {first}.")
    return months


@dataclass
class LocalAirflow:
    """A running Airflow: use it as a context manager; nothing of it is left afterwards."""

    home: Home
    say: Print
    port: int = 0
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12), repr=False)
    _environment: dict[str, str] = field(default_factory=dict, repr=False)
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict, repr=False)
    _token: str = field(default="", repr=False)
    _lock: int = -1

    @property
    def directory(self) -> Path:
        return self.home.root / "airflow"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> LocalAirflow:
        private_directory(self.directory)
        self._take_lock()
        try:
            self._clear_after_a_crash()
            self.port = free_port()
            self._environment = environment(self.home, self.port)
            write_atomically(self.directory / "passwords.json", json.dumps({USER: self.password}))
            self._migrate()
            for component in COMPONENTS:
                self._start(component)
            self._wait_until_ready()
            self._make_pool()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # Starting

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
        sessions = self.directory / "sessions.json"
        if not sessions.exists():
            return
        leaders = {int(pid): started for pid, started in json.loads(sessions.read_text()).items()}
        alive = [
            pid
            for pid, started in leaders.items()
            if psutil.pid_exists(pid) and abs(psutil.Process(pid).create_time() - started) < 2
        ]
        with _deaf_to_signals():
            _stop_sessions(alive)
        for name in ("airflow.db", "airflow.db-wal", "airflow.db-shm"):
            (self.directory / name).unlink(missing_ok=True)
        sessions.unlink()

    def _migrate(self) -> None:
        """Make or upgrade the metadata database."""
        process = self._start("db", "migrate")
        if process.wait() != 0:
            raise CscError(
                f"Airflow's metadata database could not be made: see {self.directory / 'db.log'}."
            )
        del self._processes["db"]

    def _start(self, component: str, *arguments: str) -> subprocess.Popen[bytes]:
        airflow = SCHEDULER if component == "scheduler" else (sys.executable, "-m", "airflow")
        command = [*airflow, component, *arguments]
        if component == "api-server":
            command += ["--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"]
        if component == "scheduler":
            # The API server reads the logs from the same disk; a log server would be a port more.
            command += ["--skip-serve-logs"]
        path = self.directory / f"{component}.log"
        path.unlink(missing_ok=True)
        with open(path, "wb", opener=_private) as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                cwd=self.directory,
                start_new_session=True,
                umask=0o077,
            )
        self._processes[component] = process
        leaders = {
            str(each.pid): psutil.Process(each.pid).create_time()
            for each in self._processes.values()
            if each.poll() is None
        }
        write_atomically(self.directory / "sessions.json", json.dumps(leaders))
        return process

    def _wait_until_ready(self) -> None:
        """Wait for the API, the scheduler's heartbeat and the DAG. Raises CscError."""
        broken: list[dict[str, str]] = []
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            self.require_alive()
            with contextlib.suppress(OSError, CscError):
                health = _http("GET", f"{self.url}/api/v2/monitor/health")
                if health["scheduler"]["status"] == "healthy":
                    if not self._token:
                        self._log_in()
                    if broken := self.get("importErrors")["import_errors"]:
                        break
                    if self.get(f"dags/{DAG_ID}")["dag_id"] == DAG_ID:
                        return
            time.sleep(0.5)
        if broken:
            raise CscError(f"{broken[0]['filename']} does not import: {broken[0]['stack_trace']}")
        raise CscError(f"Airflow was not ready after {READY_SECONDS} s: see {self.directory}/*.log")

    def require_alive(self) -> None:
        """Raise CscError where a component has ended by itself."""
        for component, process in self._processes.items():
            if process.poll() is not None:
                raise CscError(
                    f"Airflow's {component} ended with exit code {process.returncode}: see "
                    f"{self.directory / f'{component}.log'}."
                )

    def _make_pool(self) -> None:
        body = {"name": CANDIDATE_POOL, "slots": 1, "description": "DuckDB has one writer"}
        with contextlib.suppress(_Conflict):
            self.post("pools", body)

    # Stopping

    def stop(self) -> None:
        """Stop every process that was started, however deep; give the lock back."""
        with _deaf_to_signals():
            _stop_sessions([process.pid for process in self._processes.values()])
            for process in self._processes.values():
                process.wait()
            self._processes.clear()
            (self.directory / "passwords.json").unlink(missing_ok=True)
            if self._lock >= 0:
                os.close(self._lock)
                self._lock = -1

    def keep_history(self) -> None:
        """Let the next start keep the record of runs, unless one of them is half finished."""
        with contextlib.suppress(CscError, OSError):
            active = self.get("dags/~/dagRuns?state=running&state=queued&limit=1")["dag_runs"]
            if not active:
                (self.directory / "sessions.json").unlink(missing_ok=True)

    def members(self) -> list[int]:
        """The ids of all processes that belong to it, however deep."""
        return [each.pid for each in _members([one.pid for one in self._processes.values()])]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the `airflow` command against it; the finished process, with what it printed."""
        return subprocess.run(
            [sys.executable, "-m", "airflow", *arguments],
            env=self._environment,
            cwd=self.directory,
            umask=0o077,
            capture_output=True,
            text=True,
            check=False,
        )

    # The API

    def _log_in(self) -> None:
        answer = _http(
            "POST", f"{self.url}/auth/token", {"username": USER, "password": self.password}
        )
        self._token = answer["access_token"]

    def get(self, path: str) -> Any:
        """GET `/api/v2/<path>`, decoded."""
        return _http("GET", f"{self.url}/api/v2/{path}", token=self._token)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """POST `body` to `/api/v2/<path>`; the answer, decoded. Raises CscError."""
        return _http("POST", f"{self.url}/api/v2/{path}", body, token=self._token)

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        """PATCH `/api/v2/<path>` with `body`; the answer, decoded. Raises CscError."""
        return _http("PATCH", f"{self.url}/api/v2/{path}", body, token=self._token)

    # Loading

    def backfill(self, first: str, last: str, *, again: bool = False) -> None:
        """Ask for the months from `first` to `last`, one after the other.

        A month whose run succeeded is only run again where `again` says so.
        """
        body: dict[str, Any] = {
            "dag_id": DAG_ID,
            "from_date": f"{first}-01T00:00:00Z",
            "to_date": f"{last}-01T00:00:00Z",
            "reprocess_behavior": "completed" if again else "failed",
            "max_active_runs": 1,
            "dag_run_conf": {},
        }
        # Airflow looks every half minute whether the backfill before has ended. On SQLite it also
        # declines while its scheduler writes, and takes back what it had begun.
        deadline = time.monotonic() + BACKFILL_SECONDS
        while True:
            try:
                self.post("backfills", body)
                return
            except (_Conflict, _Busy):
                if time.monotonic() > deadline:
                    raise
                time.sleep(1)

    def runs(self, months: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The run of each of `months` that has one."""
        answer = self.get(f"dags/{DAG_ID}/dagRuns?limit=1000&order_by=logical_date")
        by_month = {str(run["data_interval_start"])[:7]: run for run in answer["dag_runs"]}
        return {month: by_month[month] for month in months if month in by_month}

    def loaded(self, months: Sequence[str]) -> list[str]:
        """Those of `months` whose run succeeded."""
        return [month for month, run in self.runs(months).items() if run["state"] == "success"]

    def tasks(self, run: dict[str, Any]) -> list[dict[str, Any]]:
        """The task instances of a run."""
        path = f"dags/{run['dag_id']}/dagRuns/{run['dag_run_id']}/taskInstances?limit=1000"
        return list(self.get(path)["task_instances"])

    def log_file(self, run: dict[str, Any], task: dict[str, Any]) -> Path:
        """Where the log of the task's last attempt is."""
        directory = (
            self.directory
            / "logs"
            / f"dag_id={run['dag_id']}"
            / f"run_id={run['dag_run_id']}"
            / f"task_id={task['task_id']}"
        )
        if task["map_index"] >= 0:
            directory /= f"map_index={task['map_index']}"
        return directory / f"attempt={max(task['try_number'], 1)}.log"

    def follow(self, months: Sequence[str], *, poll_seconds: float = 1.0) -> None:
        """Say each change of state until every month is loaded.

        Raises DataRefused for the first month that fails or waits for a person, saying which task
        and where its log is.
        """
        seen: dict[tuple[str, str], str] = {}
        finished: set[str] = set()
        while len(finished) < len(months):
            self.require_alive()
            for month, run in self.runs(months).items():
                if month in finished or run["state"] == "queued":
                    continue
                tasks = self.tasks(run)
                for name, task in _changes(month, tasks, seen):
                    self.say(f"{month}  {name:<16}  {_state(task)}")
                    if task["state"] in ("failed", "up_for_retry"):
                        path = self.log_file(run, task)
                        self.say(f"         {last_error(path)}\n         log: {path}")
                if waiting := [task for task in tasks if task["state"] == "awaiting_input"]:
                    raise DataRefused(self._question(month, run, waiting[0]))
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

    def _question(self, month: str, run: dict[str, Any], task: dict[str, Any]) -> str:
        """What waits for a person's decision, and how to give it."""
        path = f"dags/{run['dag_id']}/dagRuns/{run['dag_run_id']}/taskInstances"
        asked = self.get(f"{path}/{task['task_id']}/{task['map_index']}/hitlDetails")
        return (
            f"{month} was not published: critical failures wait for a decision. The last release "
            f"stays.\n{asked['body']}\nCorrect the files and run again, or accept the failures: "
            f"csc publish --month {month} --accept REASON --by NAME"
        )


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


def _changes(
    month: str, tasks: list[dict[str, Any]], seen: dict[tuple[str, str], str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each task that is in another state than when last `seen` (which is updated), and its name."""
    for task in sorted(tasks, key=lambda each: each["start_date"] or "9"):
        state = task["state"]
        if state not in ("running", "success", "failed", "up_for_retry", "awaiting_input"):
            continue
        name = task["task_id"]
        if task["map_index"] >= 0:
            # Airflow knows the authority once the task has ended.
            number = str(task["map_index"])
            label = task.get("rendered_map_index") or number
            name = name if label == number else f"{name} {label}"
        if seen.get((month, name)) != state:
            seen[month, name] = state
            yield name, task


def _state(task: dict[str, Any]) -> str:
    if task["state"] == "success" and task["duration"] is not None:
        return f"success  {task['duration']:.1f} s"
    return str(task["state"]).replace("_", " ")


# Processes


def _members(leaders: Sequence[int]) -> list[psutil.Process]:
    """Every living process of the sessions that `leaders` lead."""
    members = []
    for process in psutil.process_iter():
        with contextlib.suppress(OSError, psutil.Error):
            if os.getsid(process.pid) in leaders and process.status() != psutil.STATUS_ZOMBIE:
                members.append(process)
    return members


def _stop_sessions(leaders: Sequence[int]) -> None:
    """End the sessions: ask first, then insist. Orphans of the leaders are found too."""
    if not leaders:
        return
    for leader in leaders:
        with contextlib.suppress(OSError):
            os.kill(leader, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while (members := _members(leaders)) and time.monotonic() < deadline:
        time.sleep(0.1)
    while members:
        for process in members:
            with contextlib.suppress(psutil.Error):
                process.kill()
        time.sleep(0.05)
        members = _members(leaders)


@contextlib.contextmanager
def _deaf_to_signals() -> Iterator[None]:
    """Let a second Ctrl-C not interrupt the tidying up."""
    names = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {name: signal.signal(name, signal.SIG_IGN) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _private(path: str, flags: int) -> int:
    """Open a file that only this account can read."""
    return os.open(path, flags, 0o600)


# HTTP


class _Conflict(CscError):
    """The server has it already (409)."""


class _Busy(CscError):
    """The server's database is locked: to be asked again (503)."""


#: The answers that a caller may want to tell from the others.
_KINDS: dict[int, type[CscError]] = {409: _Conflict, 503: _Busy}


def _http(method: str, url: str, body: dict[str, Any] | None = None, token: str = "") -> Any:
    request = urllib.request.Request(
        url,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"}
        | ({"Authorization": f"Bearer {token}"} if token else {}),
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        kind = _KINDS.get(error.code, CscError)
        path = url.split("/api/v2/")[-1]
        raise kind(f"Airflow answered {error.code} to {method} {path}: {error.read()!r}") from None
    except ValueError as error:
        raise CscError(f"Airflow's answer to {method} {url} is not JSON.") from error


# The command


@dataclass(frozen=True)
class Options:
    """What `make run` loads: an authority's months, at a size (1.0 is about 45,000 children)."""

    la_code: str
    months: list[str]
    size: float
    again: bool
    keep_up: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """The command behind `make run`; returns the exit code."""
    options = _options(arguments)
    restrict_new_files()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _interrupt)
    home = Home.from_environment()
    try:
        _run(home, options, lambda line: print(line, flush=True))
    except KeyboardInterrupt:
        print("\nStopped; nothing is left running. `make run` goes on from here.", flush=True)
        return 130
    except CscError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return error.exit_code
    return 0


def _options(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="make run RUN_ARGS=…", description=__doc__)
    parser.add_argument("--la", default="991", help="a fictional authority, 991 to 999")
    parser.add_argument("--from", dest="first", default="2022-07", help="first month")
    parser.add_argument("--to", dest="last", default="2022-09", help="last month")
    parser.add_argument("--size", type=float, default=0.1, help="1.0 is 45,000 children")
    parser.add_argument("--again", action="store_true", help="run months that are loaded again")
    given = parser.parse_args(arguments)
    try:
        months = months_between(given.first, given.last)
    except WrongUse as error:
        parser.error(str(error))
    return Options(
        la_code=given.la,
        months=months,
        size=given.size,
        again=given.again,
        keep_up=os.environ.get("CI", "").lower() not in ("true", "1"),
    )


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _run(home: Home, options: Options, say: Print) -> None:
    started = time.monotonic()
    with _extracts(home, options, say) as wait_for_extracts, LocalAirflow(home, say) as airflow:
        say(f"Airflow is up after {time.monotonic() - started:.0f} s: {airflow.url}")
        wait_for_extracts()
        again = options.again or not _are_published(home, options.months)
        loaded = [] if again else airflow.loaded(options.months)
        for month in loaded:
            say(f"{month}  is loaded already")
        if todo := [month for month in options.months if month not in loaded]:
            airflow.backfill(todo[0], todo[-1], again=again)
            airflow.follow(todo)
        _say_results(home, airflow, say)
        say(f"Done in {time.monotonic() - started:.0f} s.")
        if options.keep_up:
            say("Ctrl-C stops Airflow; the files stay.")
            with contextlib.suppress(KeyboardInterrupt):
                while True:
                    airflow.require_alive()
                    time.sleep(1)
            say("\nStopping.")
        airflow.keep_history()
    say("Stopped; nothing is left running.")


@contextlib.contextmanager
def _extracts(home: Home, options: Options, say: Print) -> Iterator[Callable[[], None]]:
    """Make the authority's extracts while Airflow starts; gives the function that waits for them.

    Months that lie in the landing folder already are left as they are.
    """
    landing = home.landing / options.la_code
    wanted = [month for month in options.months if not (landing / month).is_dir()]
    if not wanted:
        yield lambda: None
        return
    say(f"Making the extracts of fictional authority {options.la_code}")
    private_directory(home.work)
    partial = home.work / "extracts.partial"
    shutil.rmtree(partial, ignore_errors=True)
    log_path = home.work / "extracts.log"
    command = [*CSC, "generate"]
    command += ["--la", options.la_code, "--size", str(options.size), "--out", str(partial)]
    command += ["--from", options.months[0], "--to", options.months[-1]]
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            umask=0o077,
        )

    def wait() -> None:
        if process.wait() != 0:
            raise CscError(f"The extracts could not be made: {log_path.read_text()}")
        private_directory(landing)
        for made in sorted((partial / options.la_code).iterdir()):
            if not (landing / made.name).exists():
                move(made, landing / made.name)
        say(f"Extracts are in {landing}")

    try:
        yield wait
    finally:
        with _deaf_to_signals():
            _stop_sessions([process.pid])
            process.wait()
            shutil.rmtree(partial, ignore_errors=True)


def _are_published(home: Home, months: Sequence[str]) -> bool:
    """Is each month's release, as the lake and the code stand now, published?"""
    from csc_warehouse.ask import releases
    from csc_warehouse.build import candidate

    try:
        return all(
            releases.find(home, candidate.choose(home, None, month).release_id) for month in months
        )
    except DataRefused:
        return False


def _say_results(home: Home, airflow: LocalAirflow, say: Print) -> None:
    published = home.current.resolve()
    say("")
    say(f"Airflow           {airflow.url}  (user {USER}, password {airflow.password})")
    say(f"Report            {published / 'report' / 'index.html'}")
    say(f"Analyst database  {published / 'analyst.duckdb'}")
    say("")
    answer = subprocess.run(
        [*CSC, "indicator", "REF-03"], capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        raise CscError(f"The release does not answer: {answer.stdout}{answer.stderr}")
    say(answer.stdout.rstrip())
    say("")


if __name__ == "__main__":
    sys.exit(main())
