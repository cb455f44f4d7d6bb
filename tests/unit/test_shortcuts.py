"""Which shortcuts are taken; that both ways make the same release is in month/test_pipeline.py."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from csc_warehouse import shortcuts
from csc_warehouse.build import recorded, transform
from csc_warehouse.build.recorded import Call
from csc_warehouse.build.transform import Dbt
from csc_warehouse.errors import WrongUse
from csc_warehouse.shortcuts import SETTING, SHORTCUTS

NAMES = [shortcut.name for shortcut in SHORTCUTS]


@pytest.mark.parametrize(
    ("setting", "taken"),
    [
        (None, NAMES),
        ("all", NAMES),
        ("none", []),
        (" own_tables , compiled_project", ["compiled_project", "own_tables"]),
    ],
)
def test_the_setting_says_which(
    monkeypatch: pytest.MonkeyPatch, setting: str | None, taken: list[str]
) -> None:
    if setting is None:
        monkeypatch.delenv(SETTING, raising=False)
    else:
        monkeypatch.setenv(SETTING, setting)
    assert [name for name in NAMES if shortcuts.is_taken(name)] == taken


def test_a_name_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "own_tables,fast")
    with pytest.raises(WrongUse, match="fast: it is all, none, or some of compiled_project"):
        shortcuts.is_taken("own_tables")


@pytest.mark.parametrize("shortcut", SHORTCUTS, ids=NAMES)
def test_each_saves_a_second_or_goes(shortcut: shortcuts.Shortcut) -> None:
    assert shortcut.saves_seconds >= 1
    assert all((shortcut.does, shortcut.measured, shortcut.breaks_when, shortcut.plain_way))


@pytest.mark.parametrize("is_taken", [True, False])
def test_dbt_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_taken: bool) -> None:
    monkeypatch.setenv(SETTING, "all" if is_taken else "none")
    monkeypatch.setattr(transform, "_kept_project", lambda _: Path("kept"))
    monkeypatch.setattr(transform, "_compiled", lambda _: "compiled")
    monkeypatch.setattr(transform, "_parse", lambda _: "parsed")
    given = []
    monkeypatch.setattr(Dbt, "_invoke", lambda *arguments: given.append(arguments[2]))
    monkeypatch.setattr(transform, "_node_runs", lambda _: [])
    Dbt(tmp_path / "a", tmp_path / "b", tmp_path).build("tag:not_recorded")
    assert given == ["compiled" if is_taken else "parsed"]
    assert transform._settings(Path("a"), Path("b"))["CSC_DBT_KEEP_OPEN"] == str(is_taken)
    assert json.loads(transform._variables())["own_tables"] is is_taken


@pytest.mark.parametrize("is_taken", [True, False])
def test_dbt_is_called_where_it_was_not_recorded_or_is_not_to_be_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_taken: bool
) -> None:
    monkeypatch.setenv(SETTING, "recorded_statements" if is_taken else "none")
    monkeypatch.setattr(transform, "blank_folder", lambda _: tmp_path)
    recorded.write(tmp_path / "statements.json", [Call(("tag:a",), ("tag:b",), (), ())])
    asked: list[str] = []
    monkeypatch.setattr(Dbt, "_built", lambda *_: asked.append("dbt"))
    monkeypatch.setattr(transform, "_node_runs", lambda _: [])
    dbt = Dbt(tmp_path / "a", tmp_path / "b", tmp_path)
    dbt.build("tag:a", exclude=["tag:b"])
    assert asked == ["dbt"] * (not is_taken)
    dbt.build("tag:a")
    assert asked == ["dbt"] * (1 if is_taken else 2)


@pytest.mark.parametrize("setting", ["all", "none"])
def test_great_expectations_is_imported_with_or_without_what_it_seldom_needs(setting: str) -> None:
    code = (
        f"import os; os.environ['{SETTING}'] = '{setting}'\n"
        "import sys\n"
        "from csc_warehouse.quality.validation import great_expectations\n"
        "great_expectations()\n"
        "import scipy.stats\n"
        "assert scipy.stats.norm.cdf(0) == 0.5\n"
        "print('altair' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(setting == "none")]
