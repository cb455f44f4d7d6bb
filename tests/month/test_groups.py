"""A month in groups of authorities is the month built at once; a group that is done stays so."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from csc_fictional import generate
from csc_warehouse.build import groups
from csc_warehouse.build.candidate import choose
from csc_warehouse.errors import CscError
from csc_warehouse.lake.identity import load_key
from csc_warehouse.places import Home
from csc_warehouse.processes import each_in_a_process
from csc_warehouse.run_month import steps
from library.same_release import differences, other_pages

MONTH = "2022-09"


def in_groups_of(home: Home, authorities: int) -> Home:
    """The home, which builds so many authorities together."""
    home.root.mkdir(parents=True, exist_ok=True)
    (home.root / "settings.toml").write_text(f"[build]\nauthorities_in_a_group = {authorities}\n")
    return home


def published(home: Home, workers: int = 1) -> tuple[Path, list[str]]:
    """The release of the month, and what was said while it was made."""
    said: list[str] = []
    done = steps.run_month(
        home, None, MONTH, accept="made up", accepted_by="tests", progress=said.append,
        workers=workers,
    )  # fmt: skip
    return Path(done["path"]), said


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Home]:
    """A home that builds at once and one that builds each authority alone: same key, same files."""
    folder = tmp_path_factory.mktemp("groups")
    at_once, in_groups = Home(folder / "at_once"), in_groups_of(Home(folder / "in_groups"), 1)
    load_key(at_once, create=True)
    for seed, (la_code, source) in enumerate((("991", "ssd"), ("992", "annex_a"))):
        generate(la_code, MONTH, MONTH, 0.05, seed, source, at_once.landing)
    for each in ("keys", "landing"):
        shutil.copytree(at_once.root / each, in_groups.root / each)
    return at_once, in_groups


def test_the_release_is_that_of_the_month_at_once(made: tuple[Home, Home]) -> None:
    (one, _), (other, said) = published(made[0]), published(made[1], workers=2)

    assert "2 of 2 groups of authorities are built and checked" in said
    assert one.name == other.name
    _, rows, found = differences(one / "analyst.duckdb", other / "analyst.duckdb")
    _, _, restricted = differences(one / "restricted.duckdb", other / "restricted.duckdb")
    pages, other_files = other_pages(one, other)

    assert found == restricted == other_files == []
    assert rows > 100_000
    assert pages > 50


def test_only_the_group_of_the_late_authority_is_built_again(made: tuple[Home, Home]) -> None:
    home = made[1]
    (early,) = home.groups.glob(
        f"{groups.group_of(home, ['991'], MONTH).release_id}/analyst.duckdb"
    )
    built = early.stat().st_mtime_ns
    generate("992", MONTH, MONTH, 0.05, 3, "ssd", home.landing)

    steps.land(home, "992", MONTH)
    said: list[str] = []
    steps.build_and_check(home, None, MONTH, progress=said.append)

    assert said[0] == "1 of 2 groups of authorities are built and checked"
    assert early.stat().st_mtime_ns == built
    candidate = choose(home, None, MONTH)
    assert candidate.has_done("marts")
    parts = {part.directory for part in groups.groups_of(home, candidate)}
    assert parts < set(home.groups.iterdir())


def _killed_once(folder: str, name: str) -> None:
    """Work that is ended by the system the first time."""
    mark = Path(folder) / name
    if name == "b" and not mark.exists():
        mark.write_text("")
        os.kill(os.getpid(), signal.SIGKILL)
    mark.write_text("done")


def _always_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_worker_costs_its_own_work(tmp_path: Path) -> None:
    arguments = [(str(tmp_path), name) for name in "abc"]

    done = list(each_in_a_process(2, _killed_once, arguments))

    assert sorted(done) == [0, 1, 2]
    assert {path.read_text() for path in tmp_path.iterdir()} == {"done"}


def test_what_is_killed_twice_is_said() -> None:
    with pytest.raises(CscError, match=r"twice at the same work.* take fewer workers"):
        list(each_in_a_process(1, _always_killed, [()]))
