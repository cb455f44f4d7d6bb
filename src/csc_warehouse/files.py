"""Files as this project writes them: whole or not at all, on disk, for the loading account only.

What is being written has a name of its own beside its place, `.<name>.m<machine>.<pid>.part`, and
takes that place at once when it is on disk. Nobody else renames what is read (see tests/project).
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psutil


def private_directory(path: Path) -> Path:
    """Make `path` and its parents, readable by the loading account only; return it."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def restrict_new_files() -> None:
    """Let every file that this process makes be readable by its own account only (umask 077)."""
    os.umask(0o077)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- Writing --------------------------------------------------------------------------------------


@contextmanager
def written_aside(path: Path, group: int | None = None) -> Iterator[Path]:
    """A free name beside `path`: the file or folder made there takes the place of `path`.

    Where the block raises, `path` is as it was and nothing is left aside. With `group`, the number
    of one of the system's, that group may read it.
    """
    private_directory(path.parent)
    aside = aside_of(path)
    try:
        _remove(aside)  # what a killed process of the same number left
        yield aside
        put_in_place(aside, path, group)
    finally:
        _remove(aside)


def write_atomically(path: Path, content: bytes | str, group: int | None = None) -> None:
    """Let `path` be a file of that content; text is written in UTF-8."""
    with written_aside(path, group) as aside:
        _write_new(aside, content)


def add_to(path: Path, text: str) -> None:
    """Add `text` to the end of a file, which is made if it is not there; it is on disk then."""
    private_directory(path.parent)
    is_new = not path.exists()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text.encode())
    _flush(path)
    if is_new:
        _flush(path.parent)


def write_once(path: Path, content: bytes) -> None:
    """Let `path` be a file of that content, unless it is there: of two writers the first wins."""
    private_directory(path.parent)
    aside = aside_of(path)
    try:
        _remove(aside)
        _write_new(aside, content)
        _flush(aside)
        try:
            os.link(aside, path)
        except FileExistsError:
            return
        _flush(path.parent)
    finally:
        _remove(aside)


def link_atomically(path: Path, target: str) -> None:
    """Let `path` be a symbolic link to the folder `target`; readers see the old one or the new."""
    aside = aside_of(path)
    try:
        _remove(aside)
        aside.symlink_to(target, target_is_directory=True)
        move(aside, path)
    finally:
        _remove(aside)


# --- What a killed process left -------------------------------------------------------------------

#: The machine is that of `_machine`; a name without one is of a version that knew of one machine.
_ASIDE = re.compile(r"\..+?(?:\.m([0-9a-f]{8}))?\.(\d+)\.part", re.DOTALL)

#: Nothing is written for so long: what another machine left then is left for good.
_LONGEST_SECONDS = 24 * 3600


def sweep(*folders: Path, others_write: bool = True) -> int:
    """Remove what killed processes left aside below the folders; how many files and folders.

    Half a load holds whole persons. What a process that still runs writes stays: its number is in
    the name, and a process that began after the last write only has the number of the dead one.
    Whether one of another machine or container still runs nobody can see from here: what it wrote
    stays for a day, or, unless `others_write`, goes, and its work fails and is done again.
    """
    left = [
        path
        for folder in folders
        for path in sorted(folder.rglob(".*.part"))
        if (named := _ASIDE.fullmatch(path.name))
        and not (
            _is_written_by(int(named[2]), path)
            if named[1] in (None, _machine())
            else others_write and _is_recent(path)
        )
    ]
    for path in left:
        _remove(path)
    return len(left)


@cache
def _machine() -> str:
    """Where numbers of processes mean the same: this boot of this machine, this container."""
    place = [platform.node()]
    boot, numbers = Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")
    if boot.is_file() and numbers.is_symlink():
        place += [boot.read_text(), str(numbers.readlink())]
    return hashlib.sha256("|".join(place).encode()).hexdigest()[:8]


def _is_written_by(process: int, path: Path) -> bool:
    try:
        return bool(psutil.Process(process).create_time() <= path.lstat().st_mtime)
    except (psutil.NoSuchProcess, FileNotFoundError):
        return False


def _is_recent(path: Path) -> bool:
    try:
        return time.time() - path.lstat().st_mtime < _LONGEST_SECONDS
    except FileNotFoundError:
        return True  # it took its place just now


# --- What is written over a longer time -----------------------------------------------------------


def aside_of(path: Path) -> Path:
    """Where this process writes what is to be `path`."""
    return path.with_name(f".{path.name}.m{_machine()}.{os.getpid()}.part")


def put_in_place(aside: Path, path: Path, group: int | None = None) -> None:
    """Let a file, or a folder with all in it, take the place of `path` (modes 0600 and 0700).

    A folder takes only a free place.
    """
    for each in (*aside.rglob("*"), aside):
        give_to(each, group)
        _flush(each)
    move(aside, path)


def give_to(path: Path, group: int | None) -> None:
    """Let a file or folder be readable by its own account and by `group`, where there is one."""
    if group is not None:
        os.chown(path, -1, group)
    for_group = 0 if group is None else 0o050 if path.is_dir() else 0o040
    path.chmod((0o700 if path.is_dir() else 0o600) | for_group)


def move(path: Path, to: Path) -> None:
    """Give a file, folder or link its other name, in the same file system, and have it on disk."""
    path.replace(to)
    _flush(to.parent)


def _write_new(path: Path, content: bytes | str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)


def _flush(path: Path) -> None:
    """fsync a file or a directory."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
