"""A few of the faults of `make faults`, on the roads that need no whole month."""

from __future__ import annotations

import time
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from faults.faults import (
    KINDS,
    ROADS,
    SHORT,
    Course,
    Ended,
    Fault,
    read,
    read_by_many,
    table,
    wrongly_said,
)

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
    home, dice = Home(tmp_path), Random(1)
    (home.published / "one").mkdir(parents=True)
    home.current.symlink_to("one")
    assert list(read(home, dice)) == []
    manifest = f'{{"release_id": "one", "files": {{"a": "{sha256(b"").hexdigest()}"}}}}'
    (home.published / "one" / "manifest.json").write_text(manifest)
    assert list(read(home, dice)) == ["one without a"]
    (home.published / "one" / "a").write_text("of another release")
    assert list(read(home, dice)) == ["one without a"]
    (home.published / "one" / "a").write_text("")
    assert list(read(home, dice)) == []
    (home.published / "one" / "manifest.json").write_text(manifest.replace("one", "two"))
    assert list(read(home, dice)) == ["one with the manifest of two"]
    with read_by_many(home) as half_seen:
        time.sleep(0.5)
    assert half_seen == {"one with the manifest of two"}


@pytest.mark.parametrize(
    ("code", "said", "is_wrong"),
    [
        (0, "landing 999 …\n", False),
        (0, "x.py:1: DeprecationWarning\n", True),
        (3, "landing 999 …\nFailed. The disk is full.\n", False),
        (3, "Failed. OSError in x.py, line 1: a fault of this program.\n", True),
        (3, "Failed. It is full.\nTraceback\n", True),
        (3, "", True),
    ],
)
def test_one_sentence_is_said(code: int, said: str, is_wrong: bool) -> None:
    assert wrongly_said(Ended(code, said)) is is_wrong


def test_the_table_counts_by_road_and_kind() -> None:
    row = {"road": "land", "point": "rename lake", "kind": "EIO", "seed": "1", "fault": ""}
    said = table([row, row | {"fault": "x", "point": "fsync lake"}])
    assert "2 (1)" in said
    assert "1 of the errors at fsync\n1 of the errors at rename" in said
    assert said.endswith("2 faults, 1 failures (in brackets)")
