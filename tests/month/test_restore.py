"""docs/backup-and-restore.md, done: backed up, restored into an empty folder, and whole."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from csc_warehouse.errors import CscError
from csc_warehouse.intake import landing
from csc_warehouse.places import Home
from csc_warehouse.run_month import steps
from library.places import PROJECT

PAGE = (PROJECT / "docs" / "backup-and-restore.md").read_text(encoding="utf-8")


def commands(heading: str) -> list[str]:
    """The commands under a heading of the page, up to the next one."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\$ (?!CSC_HOME)(.+)$", section, re.MULTILINE)


def do(command: str, places: dict[str, Path]) -> None:
    """Run a command of the page, with our folders in the place of its own."""
    for name in sorted(places, key=len, reverse=True):
        command = command.replace(name, str(places[name]))
    subprocess.run(shlex.split(command), check=True)


def test_a_restored_home_goes_on_where_the_other_was(
    done: tuple[Home, dict[str, Any]], tmp_path: Path
) -> None:
    home, published = done
    places = {
        "/backup/keys": tmp_path / "apart",
        "/backup": tmp_path / "backup",
        "/srv/csc/data": home.root,
        "/srv/csc/restored": tmp_path / "restored",
    }
    for name in ("/backup/keys", "/backup"):
        places[name].mkdir()
    assert len(commands("Back up")) == 2
    for command in commands("Back up"):
        do(command, places)
    listed = subprocess.run(
        ["tar", "--list", "--file", str(places["/backup"] / "csc-home.tar")],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "./lake/" in listed
    assert not re.search(r"^\./(keys|work|airflow)", listed, re.MULTILINE)
    assert len(commands("Restore")) == 3
    for command in commands("Restore"):
        do(command, places)

    restored = Home(places["/srv/csc/restored"])
    again = steps.run_month(restored, ["999"], "2022-09")
    assert again["already_published"]
    assert again["release_id"] == published["release_id"]
    assert restored.current.resolve().parent == restored.published

    # Without the key nothing more is landed: another one would make other children of them.
    shutil.rmtree(restored.keys)
    folder = restored.landing / "999" / "2022-10"
    shutil.copytree(restored.landing / "999" / "2022-09", folder)
    with pytest.raises(CscError, match="key"):
        landing.land(restored, "999", "2022-10")
