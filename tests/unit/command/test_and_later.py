"""`csc run --and-later`: a corrected month, then the published months after it, oldest first."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from csc_warehouse.command import month as months
from csc_warehouse.errors import DataRefused
from csc_warehouse.places import Home
from csc_warehouse.run_month import steps


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Three months of two authorities are published; running one makes no release."""
    home = Home(tmp_path / "home")
    for month, la_codes in (
        ("2022-07", ["991"]),
        ("2022-08", ["991"]),
        ("2022-09", ["992"]),
        ("2022-10", ["991", "992"]),
    ):
        folder = home.published / f"{month}-0"
        folder.mkdir(parents=True)
        manifest = {"release_id": folder.name, "month": month, "la_codes": la_codes, "files": {}}
        (folder / "manifest.json").write_text(json.dumps(manifest))
    home.landing.mkdir()
    monkeypatch.setenv("CSC_HOME", str(home.root))
    monkeypatch.setattr(months, "hand_out", lambda *_: [])
    monkeypatch.setattr(months, "second_process", lambda _: nullcontext())
    return home


def ran(monkeypatch: pytest.MonkeyPatch, refused: str | None = None) -> list[tuple[Any, ...]]:
    """What `csc run` does with the months, in order; `refused` is one that waits."""
    found: list[tuple[Any, ...]] = []

    def run_month(_: Home, la: list[str] | None, month: str, **given: Any) -> dict[str, Any]:
        found.append((month, la, given["accept"]))
        if month == refused:
            raise DataRefused("it waits")
        return {
            "release_id": f"{month}-0",
            "month": month,
            "already_published": False,
            "report": "",
            "analyst_database": "",
            "to_run_again": ["2022-10"],
        }

    monkeypatch.setattr(steps, "run_month", run_month)
    return found


@pytest.mark.usefixtures("home")
def test_the_months_of_its_authorities_are_run_oldest_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = ran(monkeypatch)
    months.run("2022-07", ["991"], "seen", "An analyst", and_later=True)
    assert found == [
        ("2022-07", ["991"], "seen"),
        ("2022-08", ["991"], None),
        ("2022-10", ["991"], None),
    ]
    said = capsys.readouterr().out
    assert said.count("Published release") == 3
    assert "run again" not in said


@pytest.mark.usefixtures("home")
def test_a_month_that_waits_ends_it_and_what_was_done_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = ran(monkeypatch, refused="2022-08")
    with pytest.raises(DataRefused):
        months.run("2022-07", and_later=True)
    assert [month for month, _, _ in found] == ["2022-07", "2022-08"]
    assert capsys.readouterr().out.count("Published release") == 1


@pytest.mark.usefixtures("home")
def test_without_it_the_later_months_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = ran(monkeypatch)
    months.run("2022-07")
    assert [month for month, _, _ in found] == ["2022-07"]
    assert "run again         2022-10" in capsys.readouterr().out
