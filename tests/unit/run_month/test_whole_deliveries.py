"""Waiting for a whole delivery: what is waited for, how long, and what is caught up."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from csc_warehouse import lake
from csc_warehouse.home_settings import HomeSettings, Load
from csc_warehouse.places import Home
from csc_warehouse.run_month import deliveries
from csc_warehouse.run_month.deliveries import Delivery, State

MONTH = "2022-09"
SETTINGS = HomeSettings(
    load=Load(day=3, hour=6, days_of_grace=5, quiet_minutes=30), retired={"993": "2022-04"}
)
#: Of the wall clock: in October, an hour before UTC.
BEGINS = datetime(2022, 10, 3, 5, tzinfo=UTC)
OVER = BEGINS + timedelta(days=5)
WHOLE = Delivery("991", files=38, last_change=datetime(2022, 10, 2, tzinfo=UTC))
NOTHING = Delivery("992", files=0)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("delivery", "now", "state"),
    [
        (WHOLE, BEGINS, State.WHOLE),
        (NOTHING, BEGINS, State.MISSING),
        (replace(NOTHING, la_code="993"), BEGINS, State.RETIRED),
        (replace(WHOLE, la_code="993"), BEGINS, State.WHOLE),
        (replace(WHOLE, being_copied=1), BEGINS, State.COMING),
        (replace(WHOLE, being_copied=1, is_said_whole=True), BEGINS, State.COMING),
        (replace(WHOLE, being_copied=1), OVER, State.MISSING),
        (replace(WHOLE, last_change=BEGINS - 29 * MINUTE), BEGINS, State.COMING),
        (replace(WHOLE, last_change=BEGINS - 30 * MINUTE), BEGINS, State.WHOLE),
        (replace(WHOLE, last_change=OVER - 29 * MINUTE), OVER, State.COMING),
        (replace(WHOLE, last_change=BEGINS, is_said_whole=True), BEGINS, State.WHOLE),
        (replace(WHOLE, files=1, lacking=("ssd_person.csv",)), BEGINS, State.COMING),
        (replace(WHOLE, files=1, lacking=("x.csv",), is_said_whole=True), BEGINS, State.WHOLE),
        (replace(WHOLE, files=1, lacking=("x.csv",)), OVER - MINUTE, State.COMING),
        (replace(WHOLE, files=1, lacking=("x.csv",)), OVER, State.WHOLE),
    ],
)
def test_how_a_delivery_stands(delivery: Delivery, now: datetime, state: State) -> None:
    assert deliveries.judge(delivery, SETTINGS, MONTH, now).state == state


@pytest.mark.parametrize(
    ("others", "now", "is_time", "whole"),
    [
        ([], BEGINS - MINUTE, False, ("991",)),
        ([], BEGINS, True, ("991",)),
        ([NOTHING], OVER - MINUTE, False, ("991",)),
        ([NOTHING], OVER, True, ("991",)),
        ([replace(NOTHING, la_code="993")], BEGINS, True, ("991",)),
        ([replace(WHOLE, la_code="992", being_copied=2)], OVER, True, ("991",)),
        ([replace(WHOLE, la_code="992", last_change=OVER)], OVER + MINUTE, False, ("991",)),
        ([replace(WHOLE, la_code="992", lacking=("x",))], OVER, True, ("991", "992")),
    ],
)
def test_when_a_month_begins_and_with_whom(
    others: list[Delivery], now: datetime, is_time: bool, whole: tuple[str, ...]
) -> None:
    found = deliveries.begin([WHOLE, *others], SETTINGS, MONTH, now)
    assert (found.is_time, found.whole) == (is_time, whole)


def test_late_is_told_from_a_day_after_the_hour_on() -> None:
    found = deliveries.begin([WHOLE, NOTHING], SETTINGS, MONTH, BEGINS)
    assert [each.la_code for each in found.others] == ["992"]
    day = timedelta(days=1)
    assert not deliveries.is_late(found, SETTINGS, MONTH, BEGINS + day - MINUTE)
    assert deliveries.is_late(found, SETTINGS, MONTH, BEGINS + day)
    alone = deliveries.begin([WHOLE], SETTINGS, MONTH, BEGINS)
    assert not deliveries.is_late(alone, SETTINGS, MONTH, BEGINS + day)


# --- What lies there ------------------------------------------------------------------------------


def load(home: Home, la_code: str, month: str, names: list[str], source: str = "ssd") -> None:
    """The manifest of a load of those files."""
    files = tuple(lake.FileEntry(name, "0", 1, lake.FILE_KEPT) for name in names)
    lake.write_manifest(
        home,
        lake.LoadManifest(
            f"{la_code}-{source}-{month}", la_code, source, month, 1, lake.ACCEPTED,
            (), (), 0, 0, 0, files, (), "0", "0", "0",
        ),
    )  # fmt: skip


def drop(home: Home, la_code: str, month: str, *names: str) -> None:
    """Files in the folder of a month, by source and name."""
    for name in names:
        path = home.landing / la_code / month / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_what_the_last_load_had_is_looked_for_by_its_name_without_dates(tmp_path: Path) -> None:
    home = Home(tmp_path)
    load(home, "991", "2022-07", ["gone.csv"])
    load(
        home,
        "991",
        "2022-08",
        ["ssd_person_20220903.csv", "list 1.csv", "list 2.csv", "annex a.xlsx#1"],
    )
    load(home, "991", "2022-03", ["header.csv"], "ssda903")
    drop(
        home, "991", MONTH, "ssd/ssd_person_20221004.csv", "ssd/list 1.csv", "ssd/annex a.xlsx.part"
    )
    found = deliveries.delivery(home, "991", MONTH, lake.heads(home))
    assert (found.files, found.being_copied) == (2, 1)
    assert found.lacking == ("annex a.xlsx", "list 2.csv")
    assert not found.is_said_whole
    drop(home, "991", MONTH, "_READY", "ssd/Thumbs.db")
    again = deliveries.delivery(home, "991", MONTH, lake.heads(home))
    assert again.is_said_whole
    assert again.files == 2


def test_an_empty_folder_or_one_of_no_source_is_no_delivery(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (home.landing / "991" / MONTH / "ssd").mkdir(parents=True)
    drop(home, "992", MONTH, "notes.txt", "Extract/ssd_person.csv")
    later = datetime(2030, 1, 1, tzinfo=UTC)
    found = deliveries.look(home, MONTH, later)
    assert found.whole == ()
    assert [each.why for each in found.others] == ["nothing was delivered"] * 2


def test_what_came_late_or_while_the_server_was_down_is_due_once(tmp_path: Path) -> None:
    home = Home(tmp_path)
    now = datetime(2022, 11, 20, tzinfo=UTC)
    load(home, "991", "2022-08", ["a.csv"])
    drop(home, "991", "2022-07", "ssd/a.csv")  # a correction
    drop(home, "991", "2022-09", "ssd/a.csv")
    drop(home, "991", "2022-10", "ssd/a.csv")
    drop(home, "991", "2022-11", "ssd/a.csv")  # not over
    drop(home, "992", "2022-09", "ssd/a.csv")  # never loaded: its history is somebody's decision
    drop(home, "992", "2022-10", "ssd/a.csv")
    # The files are of today, long after `now`: said to be whole, or they would not be quiet yet.
    for la_code, month in (("991", "2022-09"), ("991", "2022-10"), ("992", "2022-10")):
        drop(home, la_code, month, "_READY")
    assert deliveries.due(home, now) == [
        ("2022-09", "991"),
        ("2022-10", "991"),
        ("2022-10", "992"),
    ]
    assert deliveries.due(home, datetime(2022, 11, 3, tzinfo=UTC)) == [("2022-09", "991")]
    load(home, "991", "2022-10", ["a.csv"])
    assert deliveries.due(home, now) == [("2022-10", "992")]


def test_files_that_were_refused_are_due_again_when_they_changed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    now = datetime(2022, 11, 20, tzinfo=UTC)
    drop(home, "991", "2022-10", "ssd/a.csv", "_READY")
    load(home, "991", "2022-10", ["a.csv"])
    path = lake.manifest_path(home, "991-ssd-2022-10")
    path.write_text(path.read_text().replace(lake.ACCEPTED, lake.REFUSED))
    assert deliveries.due(home, now) == []
    changed = path.stat().st_mtime + 60
    os.utime(home.landing / "991" / "2022-10" / "ssd" / "a.csv", (changed, changed))
    assert deliveries.due(home, now) == [("2022-10", "991")]
