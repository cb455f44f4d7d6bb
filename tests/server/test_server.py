"""docker-compose.yml on a real engine: month, upgrade, killed scheduler, two workers, restore.

In order, on one server. `make server-test` runs it; where no engine answers, it is skipped. What
this machine's engine must be told is its own configuration's, and CSC_BUILD_ARGS at the build.
"""

from __future__ import annotations

import base64
import io
import json
import os
import secrets
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from csc_warehouse.ask import releases
from csc_warehouse.command.local_airflow import free_port
from csc_warehouse.month import Month
from csc_warehouse.places import PROJECT_ROOT, Home
from library import server as engines
from library.server import Server, wait_for

pytestmark = pytest.mark.skipif(
    "CSC_SERVER_TEST" not in os.environ or engines.engine() is None,
    reason="`make server-test` runs it, where docker or podman answers",
)

LA, FIRST, SECOND = "991", "2022-07", "2022-08"
#: An OpenTelemetry collector that says what it received.
COLLECTOR = """
from http.server import BaseHTTPRequestHandler, HTTPServer
class Collector(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        print(self.path, b"scheduler_heartbeat" in body, flush=True)
        self.send_response(200)
        self.end_headers()
HTTPServer(("0.0.0.0", 4318), Collector).serve_forever()
"""
#: A month of several authorities, which two workers land side by side.
THIRD, ALL = "2022-09", ("991", "992", "993", "994")
DAG = "csc_monthly_load"
DAGS = {path.stem for path in (PROJECT_ROOT / "dags").glob("csc_*.py")}
USER = os.getuid() or 1200
WHO = {
    "username": "anna.smith",
    "firstname": "Anna",
    "lastname": "Smith",
    "email": "anna.smith@example.gov.uk",
}


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources of the commit before."""
    sources = tmp_path_factory.mktemp("before")
    archive = subprocess.run(
        ["git", "archive", "HEAD~1"], cwd=PROJECT_ROOT, check=True, capture_output=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(sources, filter="data")
    return sources


def folders(root: Path) -> dict[str, str]:
    """The folder of the data and that of the secrets, made as docs/load-a-month.md says."""
    data, hidden = root / "data", root / "secrets"
    data.mkdir(mode=0o700)
    hidden.mkdir(mode=0o700)
    if os.getuid() == 0:
        os.chown(data, USER, USER)
    made = {name: secrets.token_hex(64) for name in ("postgres_password", "jwt_secret")}
    made |= {name: secrets.token_hex(64) for name in ("api_secret_key", "redis_password")}
    made["fernet_key"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    made["first_administrator"] = json.dumps(WHO | {"password": secrets.token_hex(16)})
    for name, text in made.items():
        (hidden / name).write_text(text)
        (hidden / name).chmod(0o644)
    return {
        "CSC_DATA": str(data),
        "CSC_SECRETS": str(hidden),
        "CSC_UID": str(USER),
        "CSC_GID": str(USER),
        "CSC_UI_PORT": str(free_port(18080)),
        "CSC_METRICS": "True",
    }


@pytest.fixture(scope="module")
def server(before: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    image = engines.image_of(before, "before")
    made = Server("csc-test", before, image, folders(tmp_path_factory.mktemp("server")))
    made.down()
    try:
        yield made
    finally:
        made.down()


def dags(server: Server) -> set[str]:
    return {dag["dag_id"] for dag in server.get("dags")["dags"]}


def home(server: Server) -> Home:
    return Home(Path(server.settings["CSC_DATA"]))


def deliver(server: Server, month: str, la_codes: Sequence[str] = (LA,)) -> None:
    """Whole made-up extracts of one month."""
    for la_code in la_codes:
        server.run(
            "api-server", "csc", "generate", "--la", la_code, "--from", month, "--to", month,
            "--size", "0.05", "--out", "/data/landing",
        )  # fmt: skip
        # It is whole now: nobody waits until nothing has changed for half an hour.
        server.run("api-server", "touch", f"/data/landing/{la_code}/{month}/_READY")


def ask_for(server: Server, month: str) -> None:
    """The range of one month, through the API; the DAG switched on."""
    server.api.patch(f"dags/{DAG}", json={"is_paused": False}).raise_for_status()
    body = {
        "dag_id": DAG,
        "from_date": f"{month}-01T00:00:00Z",
        "to_date": f"{Month.of(month).last_day}T00:00:00Z",
        "reprocess_behavior": "failed",
        "max_active_runs": 1,
        "dag_run_conf": {},
    }
    server.api.post("backfills", json=body).raise_for_status()


def run_of(server: Server, month: str) -> dict[str, Any] | None:
    runs = server.get(f"dags/{DAG}/dagRuns?limit=100")["dag_runs"]
    return next((run for run in runs if str(run["logical_date"]).startswith(month)), None)


def tasks_of(server: Server, month: str) -> list[dict[str, Any]]:
    """The tasks of the month's run."""
    if (run := run_of(server, month)) is None:
        return []
    path = f"dags/{DAG}/dagRuns/{run['dag_run_id']}/taskInstances?limit=1000"
    return list(server.get(path)["task_instances"])


def is_building(server: Server, month: str) -> bool | None:
    return (
        any(
            task["task_id"] == "build_star" and task["state"] == "running"
            for task in tasks_of(server, month)
        )
        or None
    )


def wait_until_loaded(server: Server, month: str, seconds: float = 1200) -> None:
    def asked() -> bool | None:
        try:
            run = run_of(server, month)
        except httpx.HTTPError:
            return None
        states = {task["task_id"]: task["state"] for task in tasks_of(server, month)}
        assert run is None or run["state"] != "failed", states
        return True if run and run["state"] == "success" else None

    wait_for(asked, f"{month} to be loaded", seconds)


def test_the_services_are_up_and_healthy(server: Server) -> None:
    took = server.up()
    assert set(took) == set(server.services)
    print({service: f"{seconds:.0f} s" for service, seconds in took.items()})
    broken = server.get("importErrors")["import_errors"]
    assert broken == []
    wait_for(lambda: dags(server) == DAGS or None, "the DAGs to be read")


def test_nothing_is_root_and_nothing_can_be_written_but_the_data(server: Server) -> None:
    for service in ("api-server", "scheduler", "dag-processor", "triggerer"):
        assert server.run(service, "id", "-u").strip() == str(USER)
        said = server.run(service, "touch", "/opt/csc/x", check=False)
        assert "Read-only file system" in said
        assert "0000000000000000" in server.run(service, "grep", "CapEff", "/proc/self/status")


def test_no_secret_is_in_a_listing_or_a_log(server: Server) -> None:
    hidden = Path(server.settings["CSC_SECRETS"])
    texts = [path.read_text() for path in hidden.iterdir() if path.name != "first_administrator"]
    texts.append(json.loads((hidden / "first_administrator").read_text())["password"])
    assert len(texts) == 6
    for service, how in server.services.items():
        seen = engines.call("inspect", server.name(service)) + server.logs(service)
        if how.get("restart") != "no":
            seen += server.run(service, "env")
            seen += server.run(service, "sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")
        for text in texts:
            assert text not in seen, service


def test_nothing_is_heard_beyond_loopback_and_the_inside_has_no_way_out(server: Server) -> None:
    (port,) = server.services["api-server"]["ports"]
    assert port.startswith("127.0.0.1:")
    networks = json.loads(engines.call("network", "inspect", server.name("inside")))
    assert networks[0].get("internal", networks[0].get("Internal")) is True


def test_a_month_is_loaded_through_the_api(server: Server) -> None:
    deliver(server, FIRST)
    ask_for(server, FIRST)
    wait_until_loaded(server, FIRST)
    release = releases.current(home(server))
    assert release.manifest["month"] == FIRST
    assert (release.path / "manifest.json").stat().st_uid == USER


def test_an_upgrade_keeps_what_was_released(server: Server) -> None:
    before = releases.current(home(server))
    server.image, server.sources = engines.image_of(PROJECT_ROOT, "test"), PROJECT_ROOT
    server.__dict__.pop("api", None)
    took = server.up()
    print({service: f"{seconds:.0f} s" for service, seconds in took.items()})
    assert releases.current(home(server)).release_id == before.release_id
    run = run_of(server, FIRST)
    assert run and run["state"] == "success"


def test_its_metrics_reach_a_collector(server: Server) -> None:
    server.beside("collector", "python", "-c", COLLECTOR)
    received = "/v1/metrics True"
    wait_for(lambda: received in server.logs("collector") or None, "the scheduler's metrics")


def test_what_a_service_says_is_bounded(server: Server) -> None:
    for service in server.services:
        said = json.loads(engines.call("inspect", server.name(service)))[0]
        kept = said["HostConfig"]["LogConfig"]
        assert kept.get("Size") == "10MB" or kept["Config"]["max-size"] == "10m", service
    # What is written in a file is where retention removes it.
    assert "No such file" in server.run("dag-processor", "ls", "/tmp/airflow/logs", check=False)
    assert list(home(server).airflow_logs.glob("dag_processor/*-*-*/*/*.log"))


def test_a_scheduler_killed_in_the_middle_of_a_task_loses_nothing(server: Server) -> None:
    """The month is asked for by the command of docs/load-a-month.md, in the container."""
    first = releases.current(home(server))
    deliver(server, SECOND)
    server.run(
        "scheduler", "airflow", "backfill", "create", "--dag-id", DAG, "--max-active-runs", "1",
        "--from-date", f"{SECOND}-01", "--to-date", str(Month.of(SECOND).last_day),
        "--reprocess-behavior", "failed",
    )  # fmt: skip
    wait_for(lambda: is_building(server, SECOND), "the star to be built", every=0.3)
    server.kill("scheduler")
    assert releases.current(home(server)).release_id == first.release_id
    server.start("scheduler")
    server.wait_until_healthy("scheduler")
    wait_until_loaded(server, SECOND)
    release = releases.current(home(server))
    assert release.manifest["month"] == SECOND
    assert releases.find(home(server), first.release_id) is not None
    left = {path.name for path in home(server).work.iterdir() if path.is_dir()}
    assert all(name[:7] in {FIRST, SECOND} or name[0] == "." or name == "dbt" for name in left)
    # What the kill left behind changes nothing: the same month again is the same release.
    said = server.run("scheduler", "csc", "run", "--la", LA, "--month", SECOND)
    assert "nothing changed" in said


def test_old_runs_go_from_the_metadata(server: Server) -> None:
    """As docs/set-up-a-server.md says; the runs of today stay."""
    server.run(
        "scheduler", "airflow", "db", "clean", "--clean-before-timestamp", "2020-01-01",
        "--skip-archive", "--yes",
    )  # fmt: skip
    assert run_of(server, SECOND)


def test_a_person_who_is_added_has_their_own_name_and_rights(server: Server) -> None:
    """Nobody shares an account: who approves or starts something is a person."""
    server.run(
        "api-server", "airflow", "users", "create", "--username", "ben.jones", "--firstname",
        "Ben", "--lastname", "Jones", "--email", "ben.jones@example.gov.uk", "--role", "Viewer",
        "--password", "for this test only",
    )  # fmt: skip
    url = f"http://127.0.0.1:{server.settings['CSC_UI_PORT']}"
    ben = {"username": "ben.jones", "password": "for this test only"}
    token = httpx.post(f"{url}/auth/token", json=ben, trust_env=False).raise_for_status().json()
    as_ben = {"Authorization": f"Bearer {token['access_token']}"}
    path = f"{url}/api/v2/dags/{DAG}"
    assert httpx.get(path, headers=as_ben, trust_env=False).status_code == 200
    switched = httpx.patch(path, headers=as_ben, json={"is_paused": True}, trust_env=False)
    assert switched.status_code == 403
    assert httpx.get(path, trust_env=False).status_code == 401
    wrong = ben | {"password": "wrong"}
    assert httpx.post(f"{url}/auth/token", json=wrong, trust_env=False).status_code == 401
    seen = server.get("eventLogs?limit=200")["event_logs"]
    assert WHO["username"] in {each["owner"] for each in seen}


def test_two_workers_share_a_month(server: Server) -> None:
    server.settings["CSC_EXECUTOR"] = "CeleryExecutor"
    server.profiles = frozenset({"workers"})
    server.__dict__.pop("api", None)
    took = server.up()
    assert {"redis", "worker-1", "worker-2"} <= set(took)
    deliver(server, THIRD, ALL)
    ask_for(server, THIRD)
    wait_until_loaded(server, THIRD)
    landed = [task for task in tasks_of(server, THIRD) if task["task_id"] == "land"]
    assert len(landed) == len(ALL)
    workers = {server.run(f"worker-{number}", "hostname").strip(): number for number in (1, 2)}
    by_worker = [workers[task["hostname"]] for task in landed]
    print(f"landed by workers {by_worker}")
    assert set(by_worker) == {1, 2}
    release = releases.current(home(server))
    assert (release.manifest["month"], set(release.manifest["la_codes"])) == (THIRD, set(ALL))


def test_a_backup_is_restored_into_an_empty_server(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = home(server).root
    release = releases.current(home(server)).release_id
    into = folders(tmp_path_factory.mktemp("restored"))
    restored = Server("csc-restored", server.sources, server.image, into)
    target = restored.settings["CSC_DATA"]
    archives = tmp_path_factory.mktemp("backup")
    for name, parts in (
        ("keys", ["keys"]),
        ("home", ["--exclude=./keys", "--exclude=./work", "--exclude=./airflow", "."]),
    ):
        tar = f"{archives}/{name}.tar"
        subprocess.run(["tar", "--create", "-f", tar, "-C", str(data), *parts], check=True)
        subprocess.run(["tar", "--extract", "-p", "-f", tar, "-C", target], check=True)
    server.down()
    try:
        restored.up()
        said = restored.run("scheduler", "csc", "run", "--month", THIRD)
        assert "nothing changed" in said
        assert releases.current(home(restored)).release_id == release
        wait_for(lambda: dags(restored) == DAGS or None, "the DAGs to be read")
    finally:
        restored.down()
