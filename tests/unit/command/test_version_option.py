"""`csc --version`: the package, the code as a release names it, and the engines."""

from __future__ import annotations

import sys
import tomllib
from importlib.metadata import version

import pytest

from csc_warehouse.build.version import code_version
from csc_warehouse.command.cli import main
from library.places import PROJECT


def test_csc_says_which_version_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["csc", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert ended.value.code == 0
    assert capsys.readouterr().out.splitlines() == [
        f"csc-warehouse {declared['version']}",
        f"code {code_version()}",
        f"DuckDB {version('duckdb')}, dbt {version('dbt-core')}",
    ]
