"""What was dropped into the landing folder: whole files, in their right place, still as hashed."""

from __future__ import annotations

import csv
import hashlib
import re
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from csc_warehouse.errors import CscError, DataRefused
from csc_warehouse.files import sha256_of
from csc_warehouse.intake.naming import told_path
from csc_warehouse.month import Month
from csc_warehouse.places import SEEDS, Home

STILL_WRITTEN = (".part", ".tmp", ".temp", ".partial", ".filepart", ".crdownload", ".download")
IGNORED_NAMES = ("thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class DroppedFile:
    """A file in the landing folder, as it was when it was hashed; `name` can be printed.

    Of one that is too large, the hash is that of its size and time: it is not read at all.
    """

    path: Path
    name: str
    bytes: int
    modified_ns: int
    sha256: str
    is_too_large: bool = False

    def unchanged(self) -> bool:
        """Whether the file still has the size and time at which it was hashed."""
        try:
            found = self.path.lstat()
        except OSError:
            return False
        return (found.st_size, found.st_mtime_ns) == (self.bytes, self.modified_ns)


def is_ignored(name: str) -> bool:
    """Whether a file belongs to the operating system or an editor, not to the extract."""
    return name.startswith((".", "~$")) or name.lower() in IGNORED_NAMES


def printable(name: str) -> str:
    """A file's name as it can be told: what is no character, or moves the cursor, as its number."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in name
    )


def refuse_links(home: Home, folder: Path) -> None:
    """Raise `DataRefused` where a part of the path below the landing folder is a symbolic link."""
    path = folder
    while path not in (home.landing, path.parent):
        if path.is_symlink():
            raise DataRefused(f"{path} is a symbolic link. Put the files themselves there.")
        path = path.parent


def dropped_files(
    home: Home, folder: Path, settle_seconds: float, most_bytes: int
) -> tuple[DroppedFile, ...]:
    """The files of a source's folder, hashed; raises `DataRefused` where one can't be trusted."""
    refuse_links(home, folder)
    if not folder.is_dir():
        raise DataRefused(f"Nothing was dropped: {folder} does not exist.")
    entries = sorted(
        (entry for entry in folder.iterdir() if not is_ignored(entry.name)), key=lambda e: e.name
    )
    names = [entry.name for entry in entries]
    told = {entry: told_path(entry, names, month=folder.parent.name) for entry in entries}
    for entry, said in told.items():
        if entry.is_symlink():
            raise DataRefused(f"{said} is a symbolic link. Put the file itself there.")
        if entry.is_dir():
            raise DataRefused(f"{said} is a folder. Put its files directly into {folder}.")
        if not entry.is_file():
            raise DataRefused(f"{said} is not a regular file. Remove it.")
        if entry.name.lower().endswith(STILL_WRITTEN):
            raise DataRefused(f"{said} is still being written. Land again when it is complete.")
    if not entries:
        raise DataRefused(f"{folder} is empty. Put the extract's files there.")
    before = {entry: _size_and_time(entry, told[entry]) for entry in entries}
    youngest = max(modified for _, modified in before.values()) / 1e9
    if 0 <= time.time() - youngest < settle_seconds:
        time.sleep(settle_seconds)
    files = []
    for entry in entries:
        is_too_large = before[entry][0] > most_bytes
        digest = _hash_of(before[entry]) if is_too_large else _hashed(entry, told[entry])
        if _size_and_time(entry, told[entry]) != before[entry]:
            raise DataRefused(f"{told[entry]} is still growing. Land again when it is complete.")
        name = printable(entry.name)
        files.append(DroppedFile(entry, name, *before[entry], digest, is_too_large))
    return tuple(files)


def _hash_of(size_and_time: tuple[int, int]) -> str:
    return hashlib.sha256(repr(size_and_time).encode()).hexdigest()


def _size_and_time(path: Path, said: str) -> tuple[int, int]:
    try:
        found = path.lstat()
    except OSError as error:
        raise CscError(f"{said} can't be opened ({error.strerror}). Check its rights.") from None
    return found.st_size, found.st_mtime_ns


def _hashed(path: Path, said: str) -> str:
    try:
        return sha256_of(path)
    except OSError as error:
        raise CscError(f"{said} can't be read ({error.strerror}). Check its rights.") from None


def misplaced(name: str, la_code: str, month: str, *, is_annual: bool = False) -> str | None:
    """Why a file's name says that it belongs elsewhere, or None.

    `ssd_person_202209` names a month, `ssd_person_20221003` a day in it or in the month after
    (the day of the run), `992_ssd_person` or `la_992` an authority. Of a source that delivers years
    (`is_annual`) `2011-12` is a collection year.
    """
    stem = Path(name).stem
    following = str(Month.of(month).after(1)).replace("-", "")
    for found in re.findall(r"(?<!\d)((?:19|20)\d\d)[-_]?(0[1-9]|1[0-2])(?!\d)", stem):
        is_year = is_annual and (int(found[0]) + 1) % 100 == int(found[1])
        if "-".join(found) != month and not is_year:
            return f"its name says {'-'.join(found)}, but it lies in the folder of {month}"
    pattern = r"(?<!\d)((?:19|20)\d\d)[-_]?(0[1-9]|1[0-2])[-_]?(?:0[1-9]|[12]\d|3[01])(?!\d)"
    for found in re.findall(pattern, stem):
        if "".join(found) not in (month.replace("-", ""), following):
            return f"its name says {'-'.join(found)}, but it lies in the folder of {month}"
    named = re.search(r"(?:^|[_\- ])la[_\- ]?(\d{3})(?!\d)|^(\d{3})[_\- ]", stem, re.IGNORECASE)
    code = (named.group(1) or named.group(2)) if named else la_code
    if code != la_code and code in known_authorities():
        return f"its name says authority {code}, not {la_code}"
    return None


@cache
def known_authorities() -> frozenset[str]:
    """The codes of all authorities: a number in front of a name that is none says nothing."""
    with (SEEDS / "authorities" / "authority.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["la_code"] for row in csv.DictReader(file))
