"""Who did what: one line for each act under CSC_HOME, each chained to the one before by its hash.

`journal/journal.jsonl` is only ever added to. A line says what was done, when, by which account, to
which authority, month and source, and the hashes of what went in and came out: no value of a
record. `journal/head.json` counts the lines and repeats the last one, so that a line that is cut
off is missed. Whoever may write under CSC_HOME can write both anew: a head noted elsewhere
(`csc journal verify --head`) shows that too.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import pwd
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from csc_warehouse.errors import CscError
from csc_warehouse.files import add_to, private_directory, write_atomically
from csc_warehouse.places import Home

#: What `about` may say: codes, months and ids, no text.
_PLAIN = re.compile(r"[A-Za-z0-9_.:+-]{1,800}")
_BEFORE_THE_FIRST = "0" * 64


class Act(StrEnum):
    """What a line can tell."""

    LOAD = "load"
    REFUSAL = "refusal"
    RELEASE = "release"
    ACCEPTANCE = "acceptance"
    ERASURE = "erasure"
    RETENTION = "retention"
    REKEY = "rekey"
    SETTINGS = "settings changed"
    DELIVERY = "delivery"
    WITHDRAWAL = "withdrawal"
    SERVING = "serving"


@dataclass(frozen=True)
class Line:
    """A line of the journal; `before` is the hash of the one before it, `sha256` its own."""

    number: int
    at: str
    act: str
    who: str
    about: Mapping[str, str]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    before: str
    sha256: str = ""

    def hashed(self) -> str:
        """The SHA-256 of all the line says but for its own hash."""
        said = {name: value for name, value in asdict(self).items() if name != "sha256"}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    @classmethod
    def read(cls, text: str) -> Line:
        """A line from its JSON; ValueError, TypeError or KeyError where it is none."""
        raw: dict[str, Any] = json.loads(text)
        return cls(**raw | {name: tuple(raw[name]) for name in ("inputs", "outputs")})


@dataclass(frozen=True)
class Verdict:
    """What became of the journal: how many lines stand, the last one's hash, the first fault."""

    lines: int
    head: str
    fault: str | None = None


def path_of(home: Home) -> Path:
    """Where the journal lies; it need not exist."""
    return home.root / "journal" / "journal.jsonl"


def record(
    home: Home,
    act: Act,
    *,
    about: Mapping[str, str],
    inputs: Sequence[str] = (),
    outputs: Sequence[str] = (),
    by: str | None = None,
) -> Line:
    """Add a line: `inputs` and `outputs` are hashes or ids, `by` the name of who says so, which
    stands before the account's.

    One process at a time. What a killed process had begun to add is completed first. Raises
    CscError for text where a code, a month or an id belongs.
    """
    for text in (*about.values(), *inputs, *outputs):
        if not _PLAIN.fullmatch(text):
            raise CscError(f"The journal takes codes, months and ids, no text ({act}).")
    with _locked(home):
        head = _head(home)
        _complete(home, head)
        line = Line(
            number=head.number + 1 if head else 1,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            act=str(act),
            who=f"{by} (account {_account()})" if by else _account(),
            about=dict(about),
            inputs=tuple(inputs),
            outputs=tuple(outputs),
            before=head.sha256 if head else _BEFORE_THE_FIRST,
        )
        line = Line(**asdict(line) | {"sha256": line.hashed()})
        # The head first: it has the line, should this process be killed before the journal has it.
        write_atomically(_head_of(home), _text(line))
        add_to(path_of(home), _text(line))
        return line


def last(home: Home, act: Act, about: Mapping[str, str]) -> Line | None:
    """The last line of an act about the same, or None; what can't be read is passed over."""
    found = None
    for text in _lines(home):
        try:
            line = Line.read(text)
        except (ValueError, TypeError, KeyError):
            continue
        found = line if (line.act, line.about) == (act, about) else found
    return found


def newest(home: Home, count: int) -> list[Line]:
    """The newest lines, the newest last. Raises CscError at one that can't be read."""
    try:
        return [Line.read(text) for text in deque(_lines(home), maxlen=count)]
    except (ValueError, TypeError, KeyError) as error:
        raise CscError(
            f"A line of {path_of(home)} can't be read: `csc journal verify` says which."
        ) from error


def verify(home: Home, noted_head: str | None = None) -> Verdict:
    """Read the journal from its first line, and name the first one that was changed.

    Found are a line that was edited, taken out, put elsewhere or cut off. `noted_head` is a hash
    that was noted elsewhere: a journal written anew does not have it.
    """
    before, lines, is_noted = _BEFORE_THE_FIRST, 0, noted_head is None
    for text in _lines(home):
        fault = _fault(text, lines + 1, before)
        if fault:
            return Verdict(lines, before, f"line {lines + 1} {fault}")
        before = Line.read(text).sha256
        lines += 1
        is_noted = is_noted or before == noted_head
    fault = _fault_of_head(home, lines, before)
    if not fault and not is_noted:
        fault = "no line has the hash that was noted: it was written anew"
    return Verdict(lines, before, fault)


def _fault(text: str, number: int, before: str) -> str | None:
    """What is wrong with a line, given its place and the hash of the one before."""
    try:
        line = Line.read(text)
    except (ValueError, TypeError, KeyError):
        return "can't be read"
    if line.sha256 != line.hashed():
        return "was changed: its hash is not that of what it says"
    if line.number != number or line.before != before:
        return "does not follow the line before: one was changed, taken out or put elsewhere"
    return None


def _fault_of_head(home: Home, lines: int, last_hash: str) -> str | None:
    """What is wrong with the head of a journal of that many lines, each of which stands."""
    try:
        head = _head(home)
    except CscError as error:
        return str(error)
    if head is None:
        is_empty = not lines
        return None if is_empty else "head.json is missing: how many lines there were is not known"
    if lines < head.number:
        return f"line {lines + 1} is missing: there were {head.number}"
    if (lines, last_hash) != (head.number, head.hashed()):
        return f"line {head.number} is not the one that was written last"
    return None


def _complete(home: Home, head: Line | None) -> None:
    """Add what the head has and the journal lacks: its last line, or the rest of it."""
    if head is None:
        return
    text, path = _text(head), path_of(home)
    content = path.read_bytes() if path.exists() else b""
    torn = content[content.rfind(b"\n") + 1 :]
    if content.count(b"\n") == head.number - 1 and text.encode().startswith(torn):
        add_to(path, text[len(torn) :])


def _lines(home: Home) -> Iterator[str]:
    path = path_of(home)
    if path.is_file():
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from file


def _head(home: Home) -> Line | None:
    """The line that was written last, as the head has it; None where there is no head."""
    try:
        return Line.read(_head_of(home).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError) as error:
        raise CscError(
            f"{_head_of(home)} can't be read: somebody changed it. Look at the journal beside it, "
            "put both aside, and say so to who answers for the data."
        ) from error


def _head_of(home: Home) -> Path:
    return path_of(home).with_name("head.json")


def _text(line: Line) -> str:
    return json.dumps(asdict(line), sort_keys=True) + "\n"


def _account() -> str:
    """The account that runs this process, whatever its environment says; else its number."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


@contextmanager
def _locked(home: Home) -> Iterator[None]:
    folder = private_directory(path_of(home).parent)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
