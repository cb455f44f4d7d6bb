"""Files opened apart: whatever a file does to its reader, landing goes on and names the file.

Landing and `csc inspect` see sheets and batches as an adapter gives them; they come from a process
of the file's own (see `reader`), which is ended where it uses more than the limits.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Iterator, Mapping
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from typing import Any, Self

import pyarrow as pa

from csc_warehouse.errors import CscError
from csc_warehouse.intake.adapters import Adapter
from csc_warehouse.intake.adapters.tabular import Batch, Limits, Unreadable
from csc_warehouse.intake.reader import Piece, Refusal, SheetFound, ToOpen, ToRead
from csc_warehouse.lake.declarations import TableDeclaration

#: So many files have a process while they wait to be read; those that waited longest are opened
#: again when it is their turn.
WAITING = 8

SERVE = "from csc_warehouse.intake.reader import main; main()"

TOO_LARGE = "it is larger than the limit of {:,} bytes"
FIX_TOO_LARGE = "Export the table in several files."
TOO_SLOW = "to read it takes longer than {:,} seconds"
FIX_TOO_SLOW = "Export the table in several files, or as CSV."
BROKE_DOWN = "its reader broke down: it is damaged, or needs more than {:,} MB of memory"
FIX_BROKE_DOWN = "Open it in its own program and save it again, or export it as CSV."
NO_SHEET = ("it holds no sheet with a value", "Export the table again, or remove the file.")


class BeyondLimits(Unreadable):
    """A file that nobody reads, as whatever it is opened: too large, too slow, or it ends its
    reader."""


class SheetApart:
    """A sheet in another process; what it says of itself is as in `tabular.Sheet`."""

    def __init__(self, file: _File, place: int, found: SheetFound) -> None:
        self._file = file
        self._place = place
        self._found = found
        self.label, self.title, self.headers = found.label, found.title, found.headers
        self.left_out = found.left_out

    @property
    def encoding(self) -> str | None:
        """The encoding of the text; None before all of it was read."""
        return self._found.encoding

    @property
    def delimiter(self) -> str | None:
        return self._found.delimiter

    def read(self, table: TableDeclaration, positions: Mapping[str, int]) -> Iterator[Batch]:
        """Batches of the columns at `positions`, their values plain (`rows.sound`).

        Raises `Unreadable`; `OSError` where the system doesn't let it be read.
        """
        wanted = ToRead(self._place, table, positions)
        for answer in self._file.rows(wanted):
            if isinstance(answer, Piece):
                rows = pa.ipc.open_stream(answer.rows).read_all()
                yield Batch(rows, answer.row_numbers, answer.rejects)
            else:
                self._found = answer


class Readers:
    """Opens files, each in a process of its own, until it is closed."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._files: list[_File] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open_sheets(self, adapter: Adapter, path: Path, name: str) -> Iterator[SheetApart]:
        """The sheets that the adapter finds in a file.

        Raises `Unreadable` where it can't be read, behind those that could; `OSError` where the
        system doesn't let it be read.
        """
        if path.stat().st_size > self._limits.file_bytes:
            raise BeyondLimits(TOO_LARGE.format(self._limits.file_bytes), FIX_TOO_LARGE)
        file = _File(adapter, path, name, self._limits)
        sheets, refusal = file.open()
        self._files.append(file)
        for waiting in self._files[:-WAITING]:
            if waiting.close(wait=False):
                self._files.remove(waiting)
        if not sheets and refusal is None:
            raise Unreadable(*NO_SHEET)
        for place, found in enumerate(sheets):
            yield SheetApart(file, place, found)
        _raise(refusal, path)

    def close(self) -> None:
        """End the processes of all files."""
        for file in self._files:
            file.close()
        self._files.clear()


class _File:
    """A file and, while it is open, its process. Threads take turns at it."""

    def __init__(self, adapter: Adapter, path: Path, name: str, limits: Limits) -> None:
        self._asked = (adapter, path, name, limits)
        self._limits = limits
        self._seconds_left = float(limits.seconds)
        self._read: set[int] = set()
        self._is_closed = False
        self._lock = Lock()
        self._open: _Process | None = None

    def open(self) -> tuple[list[SheetFound], Refusal | None]:
        """What the file has, and why not more; raises `BeyondLimits`."""
        self._open = _Process()
        self._open.connection.send(ToOpen(*self._asked, self._open.scratch))
        sheets, refusal = self._answer()
        return sheets, refusal

    def rows(self, wanted: ToRead) -> Iterator[Piece | SheetFound]:
        """The pieces of a sheet and, behind them, the sheet as it is known now."""
        with self._lock:
            if wanted.place in self._read:  # another pass over the file, with time of its own
                self._read.clear()
                self._seconds_left = float(self._limits.seconds)
            self._read.add(wanted.place)
            if self._open is None:
                self.open()
            assert self._open is not None
            is_done = False
            try:
                self._open.connection.send(wanted)
                while isinstance(answer := self._answer(), Piece):
                    yield answer
                is_done = True
            except BrokenPipeError:
                raise self._broke_down() from None
            finally:
                if not is_done or self._is_closed:
                    self._end(kill=not is_done)
            found, refusal = answer
            yield found
            _raise(refusal, self._asked[1])

    def close(self, *, wait: bool = True) -> bool:
        """End the process; without `wait`, unless the file is being read. Whether it is ended.

        A closed file can still be read: it is opened each time.
        """
        if not self._lock.acquire(blocking=wait):
            return False
        try:
            self._is_closed = True
            self._end()
        finally:
            self._lock.release()
        return True

    def _answer(self) -> Any:
        """What the process sends next; the file has so many seconds for all of its answers."""
        assert self._open is not None
        started = time.monotonic()
        if not self._open.connection.poll(max(0.0, self._seconds_left)):
            self._end(kill=True)
            raise BeyondLimits(TOO_SLOW.format(self._limits.seconds), FIX_TOO_SLOW)
        try:
            answer = self._open.connection.recv()
        except (EOFError, ConnectionResetError):
            raise self._broke_down() from None
        self._seconds_left -= time.monotonic() - started
        return answer

    def _broke_down(self) -> BeyondLimits:
        self._end()
        return BeyondLimits(BROKE_DOWN.format(self._limits.memory_bytes >> 20), FIX_BROKE_DOWN)

    def _end(self, *, kill: bool = False) -> None:
        """A process that is not at work ends by itself when nobody can ask it any more."""
        if self._open is not None:
            self._open.end(kill=kill)
            self._open = None


class _Process:
    """A process that waits for its file, and the folder in which it may write."""

    def __init__(self) -> None:
        self.scratch = tempfile.mkdtemp(prefix="csc-reading-")
        self._remove_scratch = weakref.finalize(self, shutil.rmtree, self.scratch, True)
        here, there = socket.socketpair()
        with there:
            try:
                socket.send_fds(_server()[0], [b" "], [there.fileno()])
            except BrokenPipeError:
                _server.cache_clear()
                socket.send_fds(_server()[0], [b" "], [there.fileno()])
        self.connection = Connection(here.detach())
        try:
            self._id: int = self.connection.recv()
        except (EOFError, ConnectionResetError):
            self.end()
            raise CscError(
                "The process that opens files could not be started: what it said stands above. "
                "Free some memory, or let this account start more processes, and run again."
            ) from None

    def end(self, *, kill: bool = False) -> None:
        """Hang up, and remove what it wrote."""
        if kill:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._id, signal.SIGKILL)
        self.connection.close()
        self._remove_scratch()


@cache
def _server() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """The process that makes processes, and the socket to it; it ends when that closes, with us."""
    here, there = socket.socketpair()
    with there:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(there.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[there.fileno()],
            # Arrow's own memory pool would reserve more than a file may use.
            env=os.environ | {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2"},
        )
    return here, process


def start() -> None:
    """Start the process that opens files now, so that nobody waits for it later."""
    _server()


def _raise(refusal: Refusal | None, path: Path) -> None:
    if refusal is None:
        return
    if refusal.errno is not None:
        raise OSError(refusal.errno, os.strerror(refusal.errno), str(path))
    kind = BeyondLimits if refusal.is_final else Unreadable
    raise kind(refusal.reason, refusal.what_to_do)
