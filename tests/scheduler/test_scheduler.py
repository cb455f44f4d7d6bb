"""Months through the real scheduler: what `make run` does, on a small fictional authority.

The tests of one Airflow come in order; each goes on from where the one before it stopped. What the
extracts hold of people has canaries in it, which are looked for in all that is there in the end.
"""

from __future__ import annotations

import contextlib
import csv
import itertools
import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import psutil
import pytest

from csc_warehouse import home_settings, journal
from csc_warehouse.command import local_airflow, sessions
from csc_warehouse.command.local_airflow import DAG_ID, LocalAirflow, last_error
from csc_warehouse.command.make_run import make_extracts, months_between
from csc_warehouse.errors import DataRefused, WrongUse
from csc_warehouse.lake.declarations import KEEP, PERSON, load_source
from csc_warehouse.places import CANDIDATE_POOL, PROJECT_ROOT, Home
from library.canaries import canaries, values

MONTHS = ["2022-08", "2022-09"]
#: A month whose files are cut off, and for which a second authority's are unusable.
FAULTY = "2022-10"
#: How often Airflow's own command is asked again: it gives up where its scheduler holds SQLite, and
#: takes back what it had begun. (`LocalAirflow.backfill` asks by itself; PostgreSQL never locks.)
LOCKED_TIMES = 5
#: How soon Airflow takes a scheduler for dead, and looks for what it left: else it is minutes.
SOON = {
    "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "2",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "15",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "3",
}


class TestPieces:
    """What needs no Airflow."""

    def test_months_between(self) -> None:
        assert months_between("2021-11", "2022-02") == ["2021-11", "2021-12", "2022-01", "2022-02"]
        assert months_between("2022-02", "2022-02") == ["2022-02"]
        for wrong in (("2022-03", "2022-02"), ("2022-13", "2022-14"), ("September", "2022-09")):
            with pytest.raises(WrongUse):
                months_between(*wrong)

    def test_a_taken_port_is_not_chosen(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            assert local_airflow.free_port(port) != port
        assert local_airflow.free_port(port) == port

    def test_nothing_listens_beyond_loopback_and_secrets_differ_by_run(
        self, tmp_path: Path
    ) -> None:
        one, two = (local_airflow.environment(Home(tmp_path), 8080) for _ in range(2))
        assert one["AIRFLOW__API__HOST"] == "127.0.0.1"
        assert one["AIRFLOW__USAGE_DATA_COLLECTION__ENABLED"] == "False"
        for secret in ("AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__API__SECRET_KEY"):
            assert len(one[secret]) >= 64
            assert one[secret] != two[secret]

    def test_last_error_of_a_log(self, tmp_path: Path) -> None:
        log = tmp_path / "attempt=1.log"
        assert last_error(log) == "no log was written"
        log.write_text('{"event": "fine"}\nnot json\n')
        assert last_error(log) == "it ended without a message"
        detail = [{"exc_type": "DataRefused", "exc_value": "the file is empty"}]
        with log.open("a") as lines:
            lines.write(json.dumps({"event": "Task failed", "error_detail": detail}) + "\n")
            lines.write('{"event": "bye"}\n')
        assert last_error(log) == "DataRefused: the file is empty"

    @pytest.mark.parametrize("code", [409, 503])
    def test_a_backfill_is_asked_for_again_while_airflow_cannot_take_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
    ) -> None:
        answers = iter([code, code, 200])

        class Server(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(next(answers))
                self.end_headers()
                self.wfile.write(b"{}")

        monkeypatch.setattr(local_airflow.time, "sleep", lambda _: None)
        with HTTPServer(("127.0.0.1", 0), Server) as server:
            Thread(target=server.serve_forever, daemon=True).start()
            airflow = LocalAirflow(Home(tmp_path), print, port=server.server_port)
            airflow.backfill("2022-08", "2022-09")
            server.shutdown()
        assert next(answers, None) is None

    def test_a_refused_question_is_not_asked_again(self, tmp_path: Path) -> None:
        class Server(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(422)
                self.end_headers()

        with HTTPServer(("127.0.0.1", 0), Server) as server:
            Thread(target=server.serve_forever, daemon=True).start()
            airflow = LocalAirflow(Home(tmp_path), print, port=server.server_port)
            with pytest.raises(httpx.HTTPStatusError, match="422"):
                airflow.backfill("2022-08", "2022-09")
            server.shutdown()

    def test_the_orphans_of_a_session_are_found_and_stopped(self, tmp_path: Path) -> None:
        code = (
            "import subprocess, sys\n"
            "sleep = [sys.executable, '-c', 'import time; time.sleep(600)']\n"
            "print(subprocess.Popen(sleep).pid, flush=True)\n"
        )
        leader = sessions.start(["-c", code], tmp_path, tmp_path / "log", os.environ)
        assert leader.wait() == 0
        orphan = int((tmp_path / "log").read_text())
        assert [each.pid for each in sessions.members([leader.pid])] == [orphan]
        assert sessions.works_in(orphan, tmp_path)
        assert not sessions.works_in(orphan, tmp_path.parent)
        assert (tmp_path / "log").stat().st_mode & 0o077 == 0
        psutil.Process(orphan).terminate()
        sessions.stop([leader.pid])
        assert sessions.members([leader.pid]) == []

    def test_what_a_killed_run_left_is_stopped_and_its_record_forgotten(
        self, tmp_path: Path
    ) -> None:
        airflow = LocalAirflow(Home(tmp_path), print, environment=dict(os.environ))
        airflow.directory.mkdir()
        left = airflow._start("scheduler", "-c", "import time; time.sleep(600)")
        (airflow.directory / "airflow.db").touch()
        again = LocalAirflow(Home(tmp_path), print)
        again._clear_after_a_crash()
        assert left.wait() != 0
        assert not (airflow.directory / "airflow.db").exists()
        (airflow.directory / "airflow.db").touch()
        again._clear_after_a_crash()
        assert (airflow.directory / "airflow.db").exists()

    def test_extracts_that_lie_there_are_left_as_they_are(self, tmp_path: Path) -> None:
        home = Home(tmp_path)
        mine = home.landing / "991" / "2022-08"
        mine.mkdir(parents=True)
        (mine / "mine.csv").touch()
        folder = make_extracts(home, "991", ["2022-08", "2022-09"], 0.05)
        assert [path.name for path in mine.iterdir()] == ["mine.csv"]
        assert (folder / "2022-09" / "ssd" / "ssd_person.csv").is_file()
        assert list(home.work.iterdir()) == []

    def test_one_airflow_a_home(self, tmp_path: Path) -> None:
        first, second = (LocalAirflow(Home(tmp_path), print) for _ in range(2))
        first.directory.mkdir()
        first._take_lock()
        try:
            with pytest.raises(WrongUse, match="already running"):
                second._take_lock()
        finally:
            first.stop()
        second._take_lock()
        second.stop()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Three months of a very small authority; the last one damaged."""
    from csc_fictional import generate

    home = Home(tmp_path_factory.mktemp("csc"))
    generate("991", MONTHS[0], FAULTY, 0.05, 7, "ssd", home.landing)
    referrals = home.landing / "991" / FAULTY / "ssd" / "ssd_cin_episodes.csv"
    with referrals.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with referrals.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows[: len(rows) // 5])
    unusable = home.landing / "992" / FAULTY / "ssd"
    unusable.mkdir(parents=True)
    (unusable / f"ssd_person {canaries(0)[0]}.csv.part").write_text("pers_person_id\n")
    for month in (*MONTHS, FAULTY):
        plant(home.landing / "991" / month / "ssd")
    # The extracts were made a moment ago.
    home_settings.path_of(home).write_text("[load]\nquiet_minutes = 0\n")
    return home


def plant(folder: Path) -> None:
    """Plant canaries in the last row of each table: in what is no code, no day and no id.

    A column that nobody knows has some too, and a row that can't be read, and names of files.
    """
    for number, table in enumerate(load_source("ssd").tables, start=1):
        path = folder / f"{table.name}.csv"
        if not path.exists():
            continue
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        kinds = {column.name: column.kind for column in table.delivered}
        dice = itertools.cycle(canaries(number))
        last = [
            text if kinds.get(name) in (KEEP, PERSON) else next(dice)
            for name, text in zip(header, rows[-1], strict=True)
        ]
        with path.open("w", encoding="utf-8", newline="") as file:
            write = csv.writer(file).writerow
            write([*header, "shoe_size_remarks"])
            for row in rows[:-1]:
                write([*row, ""])
            write([*last, next(dice)])
            write(canaries(number) * len(header))
    (folder / f"about {canaries(0)[0]}.csv").write_text("who,what\nnobody,nothing\n")
    contacts = folder / "ssd_contacts.csv"
    contacts.rename(contacts.with_name(f"ssd_contacts of {canaries(0)[0]}.csv"))


@pytest.fixture(scope="module")
def said() -> list[str]:
    """What was said on the way."""
    return []


@pytest.fixture(scope="module")
def airflow(home: Home, said: list[str]) -> Iterator[LocalAirflow]:
    """A real Airflow: API server, scheduler and DAG processor."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SOON.items():
            patch.setenv(name, value)
        with LocalAirflow(home, said.append) as running:
            yield running


def manifest(home: Home, release: str = "current") -> dict[str, Any]:
    """The manifest of a release; a test fails where it does not verify."""
    from csc_warehouse.ask import releases

    assert releases.problems(home.published / release) == []
    return dict(json.loads((home.published / release / "manifest.json").read_text()))


def released(home: Home) -> dict[str, int]:
    """Each release with the time of its manifest."""
    return {
        path.parent.name: path.stat().st_mtime_ns
        for path in home.published.glob("[!.]*/manifest.json")
        if not path.parent.is_symlink()
    }


def until(airflow: LocalAirflow, path: str, *states: str, seconds: int = 240) -> dict[str, Any]:
    """Wait until what the API shows at `path` is in one of `states`; return it."""
    deadline = time.monotonic() + seconds
    while (shown := airflow.get(path))["state"] not in states:
        airflow.require_alive()
        assert time.monotonic() < deadline, f"{path} is {shown['state']}"
        time.sleep(0.5)
    return dict(shown)


def at_work(airflow: LocalAirflow, month: str, task_id: str) -> psutil.Process:
    """Wait until a task of a month is in the middle of its work; return its process."""
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        run = airflow.runs([month]).get(month)
        titles = [
            f"airflow worker -- {task['id']}"
            for task in (airflow.tasks(run) if run else [])
            if task["task_id"] == task_id
        ]
        for process in sessions.members([airflow._processes["scheduler"].pid]):
            with contextlib.suppress(psutil.Error):
                if " ".join(process.cmdline()).strip() in titles:
                    time.sleep(0.5)
                    return process
        time.sleep(0.1)
    raise AssertionError(f"{task_id} of {month} did not begin")


def kill_and_start_again(airflow: LocalAirflow, component: str) -> None:
    """Kill all of a component at once and start it as who watches over it would."""
    for process in sessions.members([airflow._processes[component].pid]):
        with contextlib.suppress(psutil.Error):
            process.kill()
    airflow._processes[component].wait()
    airflow._start(component, *local_airflow.COMPONENTS[component])
    airflow._wait_until_ready()


def until_scheduler_knows_that_it_waits(airflow: LocalAirflow, run_id: str, attempt: int) -> None:
    """Wait until the scheduler has heard of the process that asked, in that attempt, and ended.

    Airflow takes an answer that is faster for a task that ended in a queue, and fails it.
    """
    asked = rf"task_id='accept', run_id='{re.escape(run_id)}', try_number={attempt},"
    heard = re.compile(f"Received executor event .*{asked}")
    deadline = time.monotonic() + 60
    while not heard.search((airflow.directory / "scheduler.log").read_text(encoding="utf-8")):
        assert time.monotonic() < deadline, "the scheduler did not hear that the task waits"
        time.sleep(0.2)


def find_late(airflow: LocalAirflow) -> dict[str, Any]:
    """The task of a daily run that looks for late deliveries, and has found none."""
    body = {"logical_date": None, "conf": {}}
    run = airflow.post("dags/csc_late_deliveries/dagRuns", body).json()
    until(airflow, f"dags/csc_late_deliveries/dagRuns/{run['dag_run_id']}", "success", "failed")
    (task,) = [task for task in airflow.tasks(run) if task["task_id"] == "find_late_deliveries"]
    return task


@pytest.mark.slow
class TestRealScheduler:
    """In order, on one Airflow."""

    def test_a_range_of_months_is_airflows_own_backfill(
        self, airflow: LocalAirflow, home: Home, said: list[str]
    ) -> None:
        # As the page says it, in a terminal that knows nothing of this Airflow, of other months.
        page = (PROJECT_ROOT / "docs" / "load-a-month.md").read_text(encoding="utf-8")
        written = re.search(r"\$ (airflow backfill create .*?)```", page, re.DOTALL)
        assert written and ". data/airflow/environment" in page
        command = re.sub("2022-07-01 ", f"{MONTHS[0]}-01 ", written[1])
        for _ in range(LOCKED_TIMES):
            done = subprocess.run(
                ["sh", "-c", f". {airflow.directory}/environment\n{command}"],
                cwd=home.root,
                umask=0o077,
                capture_output=True,
                text=True,
                check=False,
            )
            if "database is locked" not in done.stderr:
                break
        assert done.returncode == 0, done.stderr
        # On the way each of its parts is killed while a task is in the middle of its work.
        at_work(airflow, MONTHS[0], "build_star").kill()
        at_work(airflow, MONTHS[1], "check_raw")
        kill_and_start_again(airflow, "api-server")
        at_work(airflow, MONTHS[1], "build_star")
        kill_and_start_again(airflow, "scheduler")
        airflow.follow(MONTHS, poll_seconds=0.5)
        runs = airflow.runs(MONTHS)
        assert [runs[month]["state"] for month in MONTHS] == ["success", "success"]
        assert runs[MONTHS[0]]["end_date"] <= runs[MONTHS[1]]["start_date"]
        # A run is named by the month that it loads.
        assert all(
            run["dag_run_id"].startswith(f"backfill__{month}-3") for month, run in runs.items()
        )
        assert {name[:7] for name in released(home)} == set(MONTHS)
        assert manifest(home)["month"] == MONTHS[-1]
        assert manifest(home)["la_codes"] == ["991"]
        assert [line for line in said if line.endswith(" s")][-1].startswith(MONTHS[-1])

    def test_what_was_killed_was_done_again_and_nothing_of_it_is_left(
        self, airflow: LocalAirflow, home: Home
    ) -> None:
        """The release is that which was being built; `make faults` compares its tables."""
        tries = {
            (month, task["task_id"]): task["try_number"]
            for month, run in airflow.runs(MONTHS).items()
            for task in airflow.tasks(run)
        }
        again = {place for place, tried in tries.items() if tried > 1}
        assert again == {(month, "build_star") for month in MONTHS}
        for release in released(home):
            assert manifest(home, release)["release_id"] == release
        assert {path.name for path in home.work.iterdir() if path.is_dir()} <= {"dbt"}
        assert journal.verify(home).fault is None

    def test_a_task_that_ended_well_says_nothing_red(self, airflow: LocalAirflow) -> None:
        """No warning of Python's, and none of a library, behind what the step itself says."""
        tasks = [task for run in airflow.runs(MONTHS).values() for task in airflow.tasks(run)]
        logs = [airflow.log_file(task) for task in tasks if task["state"] == "success"]
        assert len(logs) > 8
        red = [
            (log.parent.name, said["event"])
            for log in logs
            for said in map(json.loads, log.read_text(encoding="utf-8").splitlines())
            if said["level"] in ("error", "critical")
        ]
        assert red == []

    def test_one_task_at_a_time_held_the_candidate(self, airflow: LocalAirflow) -> None:
        assert airflow.get(f"pools/{CANDIDATE_POOL}")["slots"] == 1
        held = sorted(
            (task["start_date"], task["end_date"])
            for run in airflow.runs(MONTHS).values()
            for task in airflow.tasks(run)
            if task["pool"] == CANDIDATE_POOL
        )
        assert len(held) == 6 * len(MONTHS)
        assert all(one[1] <= two[0] for one, two in itertools.pairwise(held))

    def test_refused_files_are_not_tried_again(self, airflow: LocalAirflow, home: Home) -> None:
        before = home.current.resolve()
        conf = {"month": FAULTY, "la_code": "992"}
        run = airflow.post(
            "dags/csc_reload_month/dagRuns", {"logical_date": None, "conf": conf}
        ).json()
        path = f"dags/csc_reload_month/dagRuns/{run['dag_run_id']}"
        assert until(airflow, path, "success", "failed")["state"] == "failed"
        tasks = {task["task_id"]: task for task in airflow.tasks(run)}
        assert tasks["land"]["state"] == "failed"
        assert tasks["land"]["try_number"] == 1
        log = airflow.log_file(tasks["land"])
        assert "still being written" in last_error(log)
        # The message stands again after the frames of Airflow.
        lines = [json.loads(line)["event"] for line in log.read_text().splitlines()]
        assert any("still being written" in line for line in lines[-3:])
        assert tasks["publish"]["state"] == "upstream_failed"
        assert home.current.resolve() == before

    def test_a_month_again_changes_nothing(self, airflow: LocalAirflow, home: Home) -> None:
        before = released(home)
        airflow.backfill(MONTHS[-1], MONTHS[-1])
        airflow.follow(MONTHS[-1:], poll_seconds=0.5)
        assert released(home) == before
        assert manifest(home)["month"] == MONTHS[-1]

    def test_a_critical_failure_keeps_the_last_release_until_somebody_accepts_it(
        self, airflow: LocalAirflow, home: Home, said: list[str]
    ) -> None:
        before = home.current.resolve()
        airflow.backfill(FAULTY, FAULTY)
        with pytest.raises(DataRefused, match=r"raw\.table\.rows_collapsed"):
            airflow.follow([FAULTY], poll_seconds=0.5)
        assert home.current.resolve() == before
        run = airflow.runs([FAULTY])[FAULTY]
        tasks = {task["task_id"]: task for task in airflow.tasks(run)}
        assert tasks["check_raw"]["try_number"] == 1
        assert tasks["check_raw"]["state"] == "skipped"
        assert (tasks["build_star"]["state"], tasks["accept"]["state"]) == (
            "success",
            "awaiting_input",
        )
        assert f"{FAULTY}  check_raw         not passed" in said
        # The other authority's copy was broken off: after the days of grace nobody waits for it.
        assert any(line.startswith(f"{FAULTY}  land 991") for line in said)
        assert not any(line.startswith(f"{FAULTY}  land 992") for line in said)

        assert find_late(airflow)["state"] == "success"
        until_scheduler_knows_that_it_waits(airflow, run["dag_run_id"], attempt=1)
        path = f"dags/{DAG_ID}/dagRuns/{run['dag_run_id']}"
        question = f"{path}/taskInstances/accept/-1/hitlDetails"
        answer = {"chosen_options": ["Approve"], "params_input": {"reason": " "}}
        airflow.api.patch(question, json=answer).raise_for_status()
        assert until(airflow, path, "success", "failed")["state"] == "failed"
        assert home.current.resolve() == before
        again = {"dry_run": False, "task_ids": ["accept"], "dag_run_id": run["dag_run_id"]}
        again |= {"only_failed": False, "include_downstream": True}
        airflow.post(f"dags/{DAG_ID}/clearTaskInstances", again)
        until(airflow, f"{path}/taskInstances/accept", "awaiting_input")
        until_scheduler_knows_that_it_waits(airflow, run["dag_run_id"], attempt=2)
        answer["params_input"] = {"reason": "A test of acceptance"}
        airflow.api.patch(question, json=answer).raise_for_status()
        assert until(airflow, path, "success", "failed")["state"] == "success"
        assert manifest(home)["month"] == FAULTY
        accepted = manifest(home)["data_quality"]["accepted"]
        assert accepted["reason"] == "A test of acceptance"
        assert accepted["by"] == local_airflow.USER
        (last,) = [task for task in airflow.tasks(run) if task["task_id"] == "publish"]
        log = airflow.log_file(last).read_text()
        assert re.search(r"moved +\d+ indicators, in figures that 2022-09", log)
        assert f"csc diff {before.name}" in log

    def test_no_lamp_is_red_but_the_one_that_make_run_explains(self, airflow: LocalAirflow) -> None:
        lamps = {name: lamp["status"] for name, lamp in airflow.get("monitor/health").items()}
        assert {name for name, status in lamps.items() if status != "healthy"} == {"triggerer"}

    def test_only_loopback_is_listened_on(self, airflow: LocalAirflow) -> None:
        members = {each.pid for each in sessions.members(airflow.leaders())}
        listening = {
            (connection.laddr.ip, connection.laddr.port)
            for connection in psutil.net_connections("inet")
            if connection.pid in members and connection.status == psutil.CONN_LISTEN
        }
        assert listening == {("127.0.0.1", airflow.port)}

    def test_files_are_for_the_loading_account_only(self, airflow: LocalAirflow) -> None:
        for name in ("airflow.db", "passwords.json", "environment", "scheduler.log"):
            assert (airflow.directory / name).stat().st_mode & 0o077 == 0
        logs = list((airflow.directory / "logs").rglob("attempt=*.log"))
        assert logs
        assert all(log.stat().st_mode & 0o077 == 0 for log in logs)

    def test_nothing_is_left_running(self, airflow: LocalAirflow, home: Home) -> None:
        members = [each.pid for each in sessions.members(airflow.leaders())]
        port = airflow.port
        assert len(members) > 4
        airflow.stop()
        for pid in members:
            with pytest.raises((psutil.NoSuchProcess, AssertionError)):
                assert psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0
        with pytest.raises(httpx.HTTPError):
            airflow.get("version")
        with (home.root / "airflow" / "lock").open() as lock:
            assert os.fstat(lock.fileno()).st_size == 0


@pytest.mark.slow
def test_nothing_of_a_person_is_in_what_airflow_keeps_or_what_is_published(home: Home) -> None:
    """Metadata (what tasks return, templates, questions), logs, releases, work: every byte."""
    found: dict[str, set[int]] = {}
    looked_at = 0
    for path in sorted(home.root.rglob("*")):
        if path.is_symlink() or not path.is_file() or may_hold_names(home, path):
            continue
        looked_at += 1
        for where, numbers in values(path):
            if numbers:
                found[f"{path.relative_to(home.root)} {where}"] = numbers
    assert found == {}
    assert looked_at > 100
    assert (home.root / "airflow" / "airflow.db").is_file()


def may_hold_names(home: Home, path: Path) -> bool:
    """What only the loading account and those who correct records read; and, as it takes long, the
    tables of releases before the current one."""
    is_restricted = path.name == "restricted.duckdb" or "worklist" in path.parts
    is_before = path.suffix in (".duckdb", ".parquet") and (
        home.published in path.parents and home.current.resolve() not in path.parents
    )
    folders = (home.landing, home.quarantine, home.lake)
    return is_restricted or is_before or any(folder in path.parents for folder in folders)


def test_the_damage_is_there(home: Home) -> None:
    """The faulty month's table is cut to a fifth; its months before are whole."""

    def rows(month: str) -> int:
        path = home.landing / "991" / month / "ssd" / "ssd_cin_episodes.csv"
        with path.open(encoding="utf-8", newline="") as file:
            return sum(1 for _ in csv.reader(file))

    assert 0 < rows(FAULTY) < rows(MONTHS[-1]) * 0.4
