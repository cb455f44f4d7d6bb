"""`csc status`: what somebody should look at, and the page of health in each release."""

from __future__ import annotations

import json
import shutil
import sys
from collections import namedtuple
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from csc_warehouse import report
from csc_warehouse.ask import releases
from csc_warehouse.ask import status as asked
from csc_warehouse.ask.status import Status, status
from csc_warehouse.command import cli
from csc_warehouse.errors import CscError
from csc_warehouse.lake import identity
from csc_warehouse.places import Home
from csc_warehouse.report import health

#: 2022-09 is loaded from the 1st of October on, October's from the 1st of November.
IN_TIME = datetime(2022, 11, 5, 12, tzinfo=UTC)
LATE = datetime(2022, 11, 6, 12, tzinfo=UTC)


@pytest.fixture
def home(done: tuple[Home, dict[str, Any]], tmp_path: Path) -> Home:
    """The hand-made month, published, in a home that may be changed."""
    root = tmp_path / "home"
    ignored = shutil.ignore_patterns("landing", "lake", "work", "parquet")
    shutil.copytree(done[0].root, root, symlinks=True, ignore=ignored)
    # A release without its tables as Parquet would be damaged.
    source = releases.current(done[0])
    shutil.copytree(source.path / "parquet", root / "published" / source.path.name / "parquet")
    return Home(root)


def said(found: Status) -> str:
    return "\n".join(found.attention)


def test_all_is_well(home: Home) -> None:
    found = status(home, IN_TIME)
    assert found.attention == ()
    (only,) = found.authorities
    assert (only.la_code, only.month, only.age_days, only.is_late) == ("999", "2022-09", 36, False)
    assert found.current == only.release_id
    assert found.rules["warn"] > 0 and found.open_issues > 0
    assert 1e6 < found.bytes_of_release < found.bytes_free


def test_a_month_that_is_due_is_late_unless_the_authority_has_left(home: Home) -> None:
    assert "999: its newest release is of 2022-09" in said(status(home, LATE))
    settings = home.root / "settings.toml"
    settings.write_text("[load]\ndays_of_grace = 6\n")
    assert status(home, LATE).attention == ()
    settings.write_text('[retired]\n999 = "2022-10"\n')
    assert status(home, LATE).attention == ()


def test_a_missing_key_is_told_and_stops_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise CscError("The identity key is missing.")

    monkeypatch.setattr(identity, "unsafe_key", missing)
    found = status(home, IN_TIME)
    assert found.attention == ("The identity key is missing.",)
    assert found.current == releases.current(home).release_id


def test_what_waits_for_a_decision_is_named(home: Home) -> None:
    release = releases.current(home)
    candidate = home.work / "2022-10-000000000000" / "analyst.duckdb"
    candidate.parent.mkdir(parents=True)
    shutil.copyfile(release.analyst_db, candidate)
    assert status(home, IN_TIME).waiting == ()
    with duckdb.connect(str(candidate)) as connection:
        connection.execute(
            "update dq.expectation_result set status = 'fail' where rule_id = "
            "(select min(rule_id) from dq.expectation_result where severity = 'critical')"
        )
    (waiting,) = status(home, IN_TIME).waiting
    assert (waiting.month, waiting.failures) == ("2022-10", 1)
    assert "2022-10: 1 critical failure waits" in said(status(home, IN_TIME))
    # One that is being written has no verdict yet.
    candidate.write_bytes(b"")
    assert status(home, IN_TIME).waiting == ()


def test_damage_a_full_disk_and_a_changed_journal_are_told(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    Usage = namedtuple("Usage", "total used free")
    with monkeypatch.context() as patched:
        patched.setattr(asked.shutil, "disk_usage", lambda _: Usage(2, 1, 10**6))
        assert "The disk has 0.0 GB left" in said(status(home, IN_TIME))
    lines = home.root / "journal" / "journal.jsonl"
    lines.parent.mkdir(exist_ok=True)
    lines.write_text("{}\n")
    assert "The journal: line 1 can't be read" in said(status(home, IN_TIME))
    (releases.current(home).path / "indicators.xlsx").write_bytes(b"")
    assert "indicators.xlsx was changed" in said(status(home, IN_TIME))
    home.current.unlink()
    assert "Nothing is published" in said(status(home, IN_TIME))


def test_the_exit_code_is_for_monitoring(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CSC_HOME", str(home.root))

    def code(*arguments: str) -> Any:
        monkeypatch.setattr(sys, "argv", ["csc", "status", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code

    assert code() == 1  # It was due long ago.
    assert "look at           999: its newest release" in capsys.readouterr().out
    (home.root / "settings.toml").write_text('[retired]\n999 = "2022-10"\n')
    assert code("--json") == 0
    assert json.loads(capsys.readouterr().out)["attention"] == []
    monkeypatch.setenv("CSC_HOME", str(home.root / "nowhere"))
    assert code() == 2


def test_the_page_of_health_says_loads_gates_and_what_was_let_pass(
    done: tuple[Home, dict[str, Any]], tmp_path: Path
) -> None:
    database = tmp_path / "analyst.duckdb"
    shutil.copyfile(releases.current(done[0]).analyst_db, database)

    def page() -> str:
        with duckdb.connect(str(database), read_only=True) as connection:
            health.write(connection, report.reading.read(connection), tmp_path)
        return " ".join((tmp_path / "health.html").read_text(encoding="utf-8").split())

    sound = page()
    for told in ("Madeup-on-Sea", "ssd", "2022-09", "staging", "<p>None.</p>"):
        assert told in sound
    with duckdb.connect(str(database)) as connection:
        connection.execute("update ops.load set is_stale = true")
        connection.execute(
            "update dq.expectation_result set status = 'fail' where rule_id = "
            "(select min(rule_id) from dq.expectation_result where severity = 'critical')"
        )
    ill = page()
    assert "<strong>No</strong>: the last accepted one" in ill
    assert '<a href="rules/' in ill and "<p>None.</p>" not in ill
