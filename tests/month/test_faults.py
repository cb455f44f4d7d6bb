"""A few of the faults of `make faults`, on the roads that need no whole month."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from faults.faults import KINDS, ROADS, SHORT, Course, Fault, read, table

from csc_warehouse.places import Home

#: Seconds that are spent on faults.
BUDGET = 20
#: So many are tried however slow the machine is.
FEWEST = 5


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return Course(tmp_path_factory.mktemp("faults"))


def test_after_a_fault_nothing_is_lost_or_left_and_the_same_command_ends_well(
    course: Course,
) -> None:
    roads = [road for road in ROADS if road.name in SHORT]
    faults = course.faults(roads, seed=1, kinds=KINDS)
    begun, wrong = time.monotonic(), {}
    for done, fault in enumerate(faults, start=1):
        if found := course.wrong(fault):
            wrong[fault.road.name, fault.point, fault.kind] = found
        if done >= FEWEST and time.monotonic() - begun > BUDGET:
            break
    assert wrong == {}
    assert len({name for points in course.points.values() for name in points}) > 40


def test_what_is_left_and_what_is_missing_is_seen(course: Course) -> None:
    road = ROADS[0]
    course.walk(road)
    home = course.copy(road)
    assert "is missing" in str(course.differs(road, home))
    assert course.wrong(Fault(road, "never", "SIGKILL", 1, 1 << 30)) is None
    home = Home(course.folder / "home")
    (home.work / ".x.1.part").touch()
    assert course.differs(road, home) == "work/.x.1.part is left"
    (home.work / ".x.1.part").unlink()
    parquet = next(home.lake.rglob("*.parquet"))
    parquet.write_bytes(b"")
    assert "differs" in str(course.differs(road, home))


def test_a_reader_sees_a_release_that_is_half_there(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (home.published / "one").mkdir(parents=True)
    home.current.symlink_to("one")
    assert list(read(home)) == []
    manifest = '{"release_id": "one", "files": {"a": ""}}'
    (home.published / "one" / "manifest.json").write_text(manifest)
    assert list(read(home)) == ["one without a"]
    (home.published / "one" / "manifest.json").write_text(manifest.replace("one", "two"))
    (home.published / "one" / "a").touch()
    assert list(read(home)) == ["one with the manifest of two"]


def test_the_table_counts_by_road_and_kind() -> None:
    row = {"road": "land", "point": "rename lake", "kind": "EIO", "seed": "1", "fault": ""}
    said = table([row, row | {"fault": "x", "point": "fsync lake"}])
    assert "2 (1)" in said
    assert said.endswith("2 faults, 1 failures (in brackets)")
