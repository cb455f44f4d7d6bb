"""The wheel: what an installed package is made of, and a month run by it without the sources."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from csc_warehouse.build.version import code_version
from library.places import PROJECT

#: Where the wheel has each folder of the source tree.
PLACES = {
    "src/csc_warehouse/": "csc_warehouse/",
    "src/csc_fictional/": "csc_fictional/",
    "dags/": "csc_warehouse/project/dags/",
    "dbt_project/": "csc_warehouse/project/dbt_project/",
    "expectations/": "csc_warehouse/project/expectations/",
    "seeds/": "csc_warehouse/project/seeds/",
    "requirements.lock": "csc_warehouse/project/requirements.lock",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*build, "--directory", str(folder)], cwd=PROJECT, check=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_brings_what_git_tracks_and_nothing_that_a_run_left_behind(wheel: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    expected = {
        place + name.removeprefix(folder)
        for folder, place in PLACES.items()
        for name in listed
        if name.startswith(folder)
    }
    with zipfile.ZipFile(wheel) as archive:
        brought = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert len(brought) > 500
    assert brought == expected


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of nothing but the wheel and what it declares, in the versions of the lock."""
    uv = _uv()
    folder = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    install = [uv, "pip", "install", "--quiet", "--offline", "--python", str(folder / "bin/python")]
    lock = ["--constraint", str(PROJECT / "requirements.lock")]
    # With the extra that the lock has too: what is not installed makes another code version.
    requirement = f"csc-warehouse[postcodes] @ {wheel.as_uri()}"
    subprocess.run([*install, *lock, requirement], check=True)
    return folder


def _uv() -> str:
    """uv, as the Makefile finds it."""
    for command in ("uv", str(PROJECT / ".tools" / "bin" / "uv")):
        try:
            subprocess.run([command, "--version"], capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return command
    pytest.skip("uv is neither on the path nor in .tools: the wheel is not installed")


def test_an_installed_package_runs_a_month_without_the_sources(
    environment: Path, tmp_path: Path
) -> None:
    def run(*command: str) -> str:
        """What a command of the environment prints, run elsewhere and by somebody else."""
        done = subprocess.run(
            [str(environment / "bin" / command[0]), *command[1:]],
            cwd=elsewhere,
            env={
                "PATH": os.defpath,
                "HOME": str(elsewhere),
                "CSC_HOME": str(data),
                "LANG": "C.UTF-8",
                "TMPDIR": str(tmp_path),
            },
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout

    elsewhere, data = tmp_path / "elsewhere", tmp_path / "data"
    elsewhere.mkdir()
    where = run("python", "-c", "import csc_warehouse; print(*csc_warehouse.__path__)")
    package = Path(where.strip())
    assert package.is_relative_to(environment)
    before = _files(package)
    month = ("--la", "991", "--from", "2022-09", "--to", "2022-09", "--size", "0.05")
    run("csc", "generate", *month, "--out", str(data / "landing"))
    run("csc", "run", "--la", "991", "--month", "2022-09")
    manifest = json.loads((data / "published" / "current" / "manifest.json").read_text())
    assert manifest["tables"]["indicators.rpt_indicator"] > 1000
    assert manifest["code_version"] == code_version()
    assert code_version() in run("csc", "--version")
    # What was made of the project alone is under CSC_HOME: the package is as it was installed.
    assert _files(package) == before
    assert list((data / "work" / "dbt").glob("project-*.msgpack"))
    shutil.rmtree(data)


def _files(package: Path) -> dict[str, int]:
    return {
        str(path): path.stat().st_mtime_ns
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
