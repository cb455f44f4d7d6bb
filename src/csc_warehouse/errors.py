"""Errors for people: what happened, in which file and place, and what to do next.

A message holds counts, column names, keys, and which file it was (`intake.naming`); never a value
out of a record, or a name that somebody gave a file.
"""

from __future__ import annotations

import errno
import re
from concurrent.futures import BrokenExecutor

#: What a database says of a statement: it names tables and columns, and quotes no row.
_OF_A_STATEMENT = re.compile(r"(Binder|Catalog|Parser|Syntax) Error: ")
#: What it says of a row: it quotes the value, with or without quotes around it.
_OF_A_ROW = re.compile(
    r"\b(Conversion|Invalid Input|Out of Range|Constraint|Decimal|Mismatch Type|Invalid Type)"
    r" Error: .*",
    re.DOTALL,
)
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_NOT_SHOWN = "Error (its words, which may quote a value, are not shown)"


class CscError(Exception):
    """A failure with a message for the person who ran the command; ends with `exit_code`.

    Without a better subclass it is our fault (exit code 3).
    """

    exit_code = 3


class DataRefused(CscError):
    """The data was refused: nothing was published, the last release stays (exit code 1)."""

    exit_code = 1


class WrongUse(CscError):
    """The command was used wrongly: an unknown authority, month, indicator (exit code 2)."""

    exit_code = 2


#: What can be done about an error of the system, by its number: `{0}` is the file.
_BY_NUMBER = {
    **dict.fromkeys(
        (errno.ENOSPC, errno.EDQUOT, errno.EFBIG),
        "The disk is full: {0} can't be written. Free some space",
    ),
    errno.EROFS: "{0} can't be written: it lies on a disk that can only be read. Use another disk",
    **dict.fromkeys(
        (errno.EACCES, errno.EPERM),
        "This account has no right to {0}. Let it read and write there",
    ),
    errno.ENOENT: "{0} is missing. Put it back, or see that its disk is there",
    **dict.fromkeys(
        (errno.ENOTDIR, errno.EISDIR, errno.EEXIST),
        "{0} is a file where a folder should be, or a folder for a file. Move it away",
    ),
    errno.EIO: "The disk fails at {0}. Have it checked, or use another one",
    **dict.fromkeys(
        (errno.EMFILE, errno.ENFILE),
        "Too many files are open at {0}. Raise the limit of this account (ulimit -n)",
    ),
}
_OUT_OF_MEMORY = (
    "The memory does not suffice. End what else runs here, or give more (CSC_MEMORY_LIMIT says "
    "what one database may use)"
)
_HELPER_ENDED = "The helper process was ended from outside, or for want of memory. Free some"
#: What a database or a reader of the lake says of its files, and what can be done about it.
_BY_WORDS = (
    ("No space left", _BY_NUMBER[errno.ENOSPC]),
    ("Could not set lock", "Another run is at work on {0}. Wait until it has ended"),
    ("Read-only file system", _BY_NUMBER[errno.EROFS]),
    ("Permission denied", _BY_NUMBER[errno.EACCES]),
    ("Out of Memory", _OUT_OF_MEMORY),
    ("No such file", _BY_NUMBER[errno.ENOENT]),
    (
        ("not a valid DuckDB", "Corrupt", "checksum", "magic bytes", "ooter", "deserialize"),
        "{0} is damaged. Restore it from the backup, or move it away and land its month again",
    ),
)
#: A dropped file or a copy of one: its name is what somebody typed, and may be a person's.
_DROPPED = re.compile(r"(.*/(?:landing/.+|quarantine/[^/]+/files))/[^/]+")
_AGAIN = ", then run the same command again: nothing is half done, and the last release stays."


def said_by_system(error: BaseException) -> str | None:
    """What the system, or a library that reads files, complains of, and what to do; else None.

    One sentence each, without a value: of a library's own words only the name of a file is kept.
    """
    library = type(error).__module__.partition(".")[0].lstrip("_")
    if isinstance(error, BrokenExecutor):
        return _HELPER_ENDED + _AGAIN
    if isinstance(error, MemoryError):
        return _OUT_OF_MEMORY + _AGAIN
    named = re.search(r"[\"'](/[^\"'\n]+)[\"']", str(error))
    file = _place(named[1]) if named else "a file"
    for words, told in _BY_WORDS if library in ("duckdb", "pyarrow") else ():
        if any(word in str(error) for word in ([words] if isinstance(words, str) else words)):
            return told.format(file) + _AGAIN
    if isinstance(error, OSError):
        file = _place(str(error.filename)) if error.filename else file
        told = _BY_NUMBER.get(error.errno or 0, "The system can't do what it should with {0}")
        return told.format(file) + _AGAIN
    return None


def _place(path: str) -> str:
    """A path as it can be told: of a dropped file its folder."""
    return _DROPPED.sub(r"a file in \1", path)


def told(error: BaseException) -> str:
    """What happened and what to do, for a person: ours, else the system's, else without values."""
    if isinstance(error, CscError):
        return str(error)
    return said_by_system(error) or f"{type(error).__name__}: {masked(str(error))}"


def masked(message: str) -> str:
    """`message` without the values that a database or dbt quotes in it: they may be a child's.

    Everything between quotes is replaced, whichever quotes they are. Of what is said of a row, only
    the kind is kept: a value in it may have a quote of its own, or none around it.
    """
    return _QUOTED.sub("'…'", _OF_A_ROW.sub(rf"\1 {_NOT_SHOWN}", message))


def said_by_database(error: Exception) -> str:
    """What the database says, in one line and without a value.

    Of a statement that it doesn't understand, all but the candidates; names stay, and text that
    quotes a literal goes. Of anything that happened at a row, only the kind.
    """
    message = str(error)
    if not _OF_A_STATEMENT.match(message):
        kind = re.match(r"([A-Z][A-Za-z ]+) Error:", message)
        return f"{kind[1] if kind else type(error).__name__} {_NOT_SHOWN}"
    told = re.split(r"\n+(?:LINE \d+:|\tCandidate functions)", message)[0]
    return _QUOTED.sub(_name_or_nothing, " ".join(told.split()))


def _name_or_nothing(quoted: re.Match[str]) -> str:
    """A quoted name, as it is; text with a quote inside holds a literal."""
    return quoted[0] if not re.search("['\"]", quoted[0][1:-1]) else "'…'"
