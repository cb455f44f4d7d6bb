"""docker-compose.yml and the Dockerfile: no engine runs here, so what they say is checked."""

from __future__ import annotations

import copy
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from csc_warehouse.places import CANDIDATE_POOL, PROJECT_ROOT

Compose = dict[str, Any]
COMPOSE = PROJECT_ROOT / "docker-compose.yml"
LOOPBACK = "127.0.0.1:"
SECRET_NAME = re.compile(r"PASSWORD|SECRET|TOKEN|_KEY|CONN", re.IGNORECASE)
#: Where a secret may come from: a command that prints it, or a file.
FROM_ELSEWHERE = ("_CMD", "_FILE")


@pytest.fixture(scope="module")
def compose() -> Compose:
    """The file as a Compose engine reads it."""
    return dict(yaml.safe_load(COMPOSE.read_text()))


def problems(compose: Compose) -> list[str]:
    """What the schema cannot see: names that lead nowhere, open doors, secrets in plain sight."""
    found = []
    services = compose["services"]
    for name, service in services.items():
        one_shot = service.get("restart") == "no"
        if not one_shot and not service.get("healthcheck"):
            found.append(f"{name} has no health check")
        for other, how in service.get("depends_on", {}).items():
            if other not in services:
                found.append(f"{name} depends on {other}, which is no service")
            elif how["condition"] == "service_healthy" and not services[other].get("healthcheck"):
                found.append(f"{name} waits for the health of {other}, which has no check")
            elif (
                how["condition"] == "service_completed_successfully"
                and services[other].get("restart") != "no"
            ):
                found.append(f"{name} waits for the end of {other}, which never ends")
        if str(service.get("user", "0")).split(":")[0] in ("0", "root"):
            found.append(f"{name} runs as root")
        if service.get("privileged") or service.get("cap_drop") != ["ALL"]:
            found.append(f"{name} keeps capabilities")
        if service.get("read_only") is not True:
            found.append(f"{name} can write to its image")
        for port in service.get("ports", []):
            if not str(port).startswith(LOOPBACK):
                found.append(f"{name} listens beyond loopback on {port}")
        for kind in ("networks", "secrets"):
            for used in service.get(kind, []):
                if used not in compose[kind]:
                    found.append(f"{name} uses {used}, which is not in {kind}")
        for volume in service.get("volumes", []):
            source = volume.split(":")[0] if isinstance(volume, str) else volume["source"]
            if not source.startswith("$") and source not in compose["volumes"]:
                found.append(f"{name} mounts {source}, which is no volume")
        words = f"{service.get('command', '')} {service.get('environment', '')}"
        for secret in re.findall(r"/run/secrets/(\w+)", words):
            if secret not in service.get("secrets", []) and secret in str(service.get("command")):
                found.append(f"{name} reads the secret {secret}, which it is not given")
            if secret not in compose["secrets"]:
                found.append(f"{name} reads {secret}, which is no secret")
        for key, value in service.get("environment", {}).items():
            named_so = SECRET_NAME.search(key) and not key.endswith(FROM_ELSEWHERE)
            if named_so and not re.search(r"(PASSWORDS_FILE|_CMD|_FILE)$", key):
                found.append(f"{name} has {key} in plain sight: {value}")
    for name, secret in compose["secrets"].items():
        if set(secret) != {"file"}:
            found.append(f"the secret {name} is not a file")
    if not any(network and network.get("internal") for network in compose["networks"].values()):
        found.append("no network is internal")
    return found


def schema_check(path: Path) -> int:
    """0 where the file is a valid Compose file by the specification's own schema."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            "vendor.compose-spec",
            str(path),
        ],
        capture_output=True,
        check=False,
    )
    return done.returncode


def test_the_file_is_valid_by_the_specification(tmp_path: Path, compose: Compose) -> None:
    assert schema_check(COMPOSE) == 0
    broken = copy.deepcopy(compose)
    broken["services"]["scheduler"]["volume"] = []
    (tmp_path / "broken.yml").write_text(yaml.safe_dump(broken))
    assert schema_check(tmp_path / "broken.yml") == 1


def test_it_holds_no_problem(compose: Compose) -> None:
    assert problems(compose) == []


def _set(*path: str, to: Any) -> Callable[[Compose], None]:
    def change(compose: Compose) -> None:
        place = compose
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (_set("services", "scheduler", "healthcheck", to=None), "no health check"),
        (
            _set("services", "init", "depends_on", to={"db": {"condition": "service_healthy"}}),
            "is no service",
        ),
        (_set("services", "postgres", "healthcheck", to=None), "which has no check"),
        (_set("services", "init", "restart", to="always"), "which never ends"),
        (_set("services", "scheduler", "user", to="0:0"), "runs as root"),
        (_set("services", "scheduler", "cap_drop", to=[]), "keeps capabilities"),
        (_set("services", "scheduler", "read_only", to=False), "can write"),
        (_set("services", "postgres", "ports", to=["5432:5432"]), "beyond loopback"),
        (_set("services", "scheduler", "networks", to=["elsewhere"]), "not in networks"),
        (_set("services", "postgres", "volumes", to=["other:/data"]), "no volume"),
        (_set("services", "init", "secrets", to=[]), "not given"),
        (_set("secrets", to={}), "is no secret"),
        (
            _set("services", "postgres", "environment", "POSTGRES_PASSWORD", to="airflow"),
            "plain sight",
        ),
        (_set("secrets", "jwt_secret", to={"environment": "JWT"}), "not a file"),
        (_set("networks", "inside", to={}), "no network is internal"),
    ],
)
def test_each_problem_is_found(
    compose: Compose, change: Callable[[Compose], None], problem: str
) -> None:
    broken = copy.deepcopy(compose)
    change(broken)
    assert [found for found in problems(broken) if problem in found]


def test_what_must_be_set_says_so(compose: Compose) -> None:
    text = COMPOSE.read_text()
    for name in ("CSC_DATA", "CSC_UID", "CSC_GID", "CSC_SECRETS"):
        assert f"${{{name}:?" in text
    assert set(re.findall(r"\$\{(\w+)(?!\w|:[?-])", text)) == set()
    assert set(compose["services"]) >= {"postgres", "init", "api-server", "scheduler"}


def test_init_makes_the_pool_that_the_tasks_use(compose: Compose) -> None:
    assert f"airflow pools set {CANDIDATE_POOL} 1 " in compose["services"]["init"]["command"][-1]


def test_the_image_does_not_run_as_root_and_brings_what_a_run_reads() -> None:
    lines = (PROJECT_ROOT / "Dockerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users and users[-1].split(":")[0] not in ("0", "root")
    copied = {line.split()[1] for line in lines if line.startswith("COPY ")}
    assert copied >= {"src", "dags", "dbt_project", "expectations", "seeds", "docker/image.lock"}
    allowed = (PROJECT_ROOT / ".dockerignore").read_text().splitlines()
    sources = {name for name in copied if not name.startswith("--")}
    assert allowed[1] == "*" and {f"!{name}" for name in sources - {"README.md"}} <= set(allowed)


def _pins(path: Path) -> dict[str, str]:
    found = re.findall(r"^([a-z0-9._-]+(?:\[[a-z,]+\])?)==([^ \\;]+)", path.read_text(), re.M)
    return dict(found)


def test_the_locks_agree_and_name_no_address() -> None:
    development = PROJECT_ROOT / "requirements.lock"
    image = PROJECT_ROOT / "docker" / "image.lock"
    ours, its = _pins(development), _pins(image)
    assert len(its) > 100
    assert {"asyncpg", "psycopg2-binary"} <= set(its)
    shared = set(ours) & set(its)
    assert {name: ours[name] for name in shared} == {name: its[name] for name in shared}
    of_serving = {"psycopg", "psycopg-binary"}
    assert set(its) - set(ours) >= {"asyncpg", "psycopg2-binary", "celery", "redis"} | of_serving
    driver = PROJECT_ROOT / "requirements-postgres.lock"
    assert {name: ours.get(name, pin) for name, pin in _pins(driver).items()} == _pins(driver)
    spark = _pins(PROJECT_ROOT / "requirements-spark.lock")
    assert set(spark) - set(ours) == {"dbt-spark", "py4j", "pyspark", "sqlparams"}
    assert all(version == spark[name] for name, version in ours.items() if name in spark)
    for path in (
        development,
        image,
        driver,
        PROJECT_ROOT / "requirements-lint.lock",
        PROJECT_ROOT / "requirements-spark.lock",
    ):
        assert "://" not in path.read_text()
        # Every pin has a hash.
        assert not re.search(r"^[a-z].*==[^\\\n]*$", path.read_text(), re.M)


def test_the_same_uv_everywhere() -> None:
    version = re.search(r"^UV_VERSION := (\S+)$", (PROJECT_ROOT / "Makefile").read_text(), re.M)
    assert version
    assert f"uv=={version[1]}" in (PROJECT_ROOT / "Dockerfile").read_text()
