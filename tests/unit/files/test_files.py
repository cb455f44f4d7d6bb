"""Files appear whole or not at all, whatever fails in between, and only for their own account."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from csc_warehouse import files

OLD, NEW = b"old" * 10_000, b"new" * 10_000
#: Every call by which what is written gets its place.
CALLS = ("open", "fdopen", "chmod", "fsync", "replace", "link", "symlink")


def write_text(path: Path) -> None:
    files.write_atomically(path, NEW.decode())


def write_in_parts(path: Path) -> None:
    with files.written_aside(path) as aside, aside.open("wb") as file:
        file.write(NEW[:5])
        seen(path)
        file.write(NEW[5:])


def write_for_long(path: Path) -> None:
    aside = files.aside_of(path)
    try:
        aside.write_bytes(NEW)
        files.put_in_place(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def seen(path: Path) -> bytes:
    """What a reader finds: never a part."""
    content = path.read_bytes()
    assert content in (OLD, NEW)
    return content


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class Fault:
    """Lets the call of the operating system with that number fail, and looks at `path` at each."""

    def __init__(self, patch: pytest.MonkeyPatch, fails: int, error: BaseException) -> None:
        self._left = fails
        self._error = error
        self.came = False
        for name in CALLS:
            patch.setattr(os, name, self._failing(getattr(os, name)))

    def _failing(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self._left -= 1
            if self._left == -1:
                self.came = True
                raise self._error
            return real(*arguments, **options)

        return call


@pytest.mark.parametrize("error", [OSError("no space left"), KeyboardInterrupt()], ids=repr)
@pytest.mark.parametrize("write", [write_text, write_in_parts, write_for_long])
def test_a_fault_at_any_call_leaves_the_old_file_or_the_new_and_nothing_aside(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[[Path], None],
    error: BaseException,
) -> None:
    path = tmp_path / "file"
    fails, contents = 0, []
    while True:
        path.write_bytes(OLD)
        with monkeypatch.context() as patch:
            fault = Fault(patch, fails, error)
            try:
                write(path)
            except type(error) as raised:
                assert raised is error
        contents.append(seen(path))
        assert names(tmp_path) == ["file"]
        if not fault.came:
            break
        fails += 1
    assert fails > 4
    # Once it is new it stays so: only the last call of all comes after.
    assert sorted(contents, key=lambda content: content == NEW) == contents
    assert contents[-1] == NEW


def test_a_block_that_raises_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(OLD)
    with pytest.raises(ZeroDivisionError), files.written_aside(path) as aside:
        aside.write_bytes(NEW[:10])
        assert re.fullmatch(rf"\.file\.m[0-9a-f]{{8}}\.{os.getpid()}\.part", aside.name)
        raise ZeroDivisionError
    assert seen(path) == OLD
    assert names(tmp_path) == ["file"]


def test_everything_is_on_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(descriptor: int) -> None:
        order.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        fsync(descriptor)

    def renamed(source: Path, target: Path) -> None:
        order.append("renamed")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", renamed)
    files.write_atomically(tmp_path / "file", NEW)
    aside = files.aside_of(tmp_path / "file").name
    assert order == [aside, "renamed", tmp_path.name]
    order.clear()
    with files.written_aside(tmp_path / "folder") as folder:
        (folder / "inner").mkdir(parents=True)
        (folder / "inner" / "one").write_bytes(NEW)
    aside = files.aside_of(tmp_path / "folder").name
    assert order == ["inner", "one", aside, "renamed", tmp_path.name]


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_what_is_written_is_for_the_own_account_only(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        files.write_atomically(tmp_path / "text", "text")
        files.write_once(tmp_path / "once", NEW)
        with files.written_aside(tmp_path / "folder") as folder:
            folder.mkdir()
            (folder / "one").write_bytes(NEW)
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert modes == {"text": 0o600, "once": 0o600, "folder": 0o700, "one": 0o600}


def test_what_a_killed_process_of_the_same_number_left_is_no_hindrance(tmp_path: Path) -> None:
    for left in (files.aside_of(tmp_path / "one"), files.aside_of(tmp_path / "two")):
        left.mkdir()
        (left / "inner").write_bytes(OLD)
    files.write_atomically(tmp_path / "one", NEW)
    files.write_once(tmp_path / "two", NEW)
    assert names(tmp_path) == ["one", "two"]


@pytest.mark.parametrize("error", [OSError("no space left"), KeyboardInterrupt()], ids=repr)
def test_of_two_writers_of_one_file_the_first_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    path = tmp_path / "key"
    for fails in range(4):
        with monkeypatch.context() as patch:
            Fault(patch, fails, error)
            with pytest.raises(type(error)):
                files.write_once(path, OLD)
        assert names(tmp_path) == []
    files.write_once(path, OLD)
    files.write_once(path, NEW)
    assert seen(path) == OLD
    assert names(tmp_path) == ["key"]


def test_a_link_is_switched_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    link = tmp_path / "current"
    files.link_atomically(link, "first")
    for fails in range(2):
        with monkeypatch.context() as patch:
            Fault(patch, fails, KeyboardInterrupt())
            with pytest.raises(KeyboardInterrupt):
                files.link_atomically(link, "second")
        assert link.resolve().name == "first"
        assert names(tmp_path) == ["current", "first", "second"]
    files.link_atomically(link, "second")
    assert link.resolve().name == "second"


def test_a_folder_takes_no_other_folders_place(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "old").write_bytes(OLD)
    with pytest.raises(OSError, match="not empty"), files.written_aside(tmp_path / "folder") as new:
        new.mkdir()
    assert names(tmp_path) == ["folder"]


@pytest.fixture(scope="module")
def dead() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


@pytest.mark.parametrize("is_folder", [False, True])
def test_what_a_killed_process_left_is_swept_and_nothing_else(
    tmp_path: Path, dead: int, is_folder: bool
) -> None:
    folder = tmp_path / "lake" / "la_code=999"
    folder.mkdir(parents=True)
    left = folder / f".rows.parquet.{dead}.part"
    if is_folder:
        left.mkdir()
        (left / "rows.csv").write_text("half")
    else:
        left.write_text("half")
    files.write_atomically(folder / "rows.parquet", OLD)
    files.aside_of(folder / "other.parquet").write_text("still being written")
    for name in (".hidden.part", f"rows.{dead}.part"):  # of others
        (folder / name).write_text("dropped")
    before = names(folder)
    assert files.sweep(tmp_path / "lake", tmp_path / "is not there") == 1
    assert names(folder) == [name for name in before if name != left.name]


def test_a_process_that_only_has_the_number_of_the_dead_one_keeps_nothing(tmp_path: Path) -> None:
    left = files.aside_of(tmp_path / "rows.parquet")
    left.write_text("half")
    os.utime(left, (0, 0))
    assert files.sweep(tmp_path) == 1
    assert names(tmp_path) == []
