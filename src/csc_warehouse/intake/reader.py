"""The process beside landing that opens files: for each it forks one of its own, with limits.

A reader of a format is native code: what breaks it ends the process that it runs in. So each file
has a process, which says what sheets the file has and hands over their rows on request; it may use
so much memory and time and no more, and leaves no core dump, which would hold children.

`main` serves a socket (see `apart`): every message on it brings the end of a connection for one
file. It ends with the process that started it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psutil
import pyarrow as pa

from csc_warehouse.files import restrict_new_files
from csc_warehouse.intake.adapters import ADAPTERS, Adapter
from csc_warehouse.intake.adapters.tabular import Limits, Reject, Sheet, Unreadable
from csc_warehouse.intake.rows import sound
from csc_warehouse.lake.declarations import TableDeclaration, load_source

#: How much text is handed over at once, and how many rows that were put aside.
PIECE_BYTES = 32 << 20
PIECE_REJECTS = 50_000

OUT_OF_MEMORY = (
    "to read it takes more than {:,} MB of memory",
    "Export the table in several files, or as CSV.",
)
BROKEN = (
    "its reader failed over it ({})",
    "Export it again. Where that gives the same, it is a fault of this program: report it.",
)


@dataclass(frozen=True)
class ToOpen:
    """A file for the adapter to open, and the folder in which its process may write."""

    adapter: Adapter
    path: Path
    name: str
    limits: Limits
    scratch: str


@dataclass(frozen=True)
class ToRead:
    """The sheet, by its place among those of the file, and where its declared columns stand."""

    place: int
    table: TableDeclaration
    positions: Mapping[str, int]


@dataclass(frozen=True)
class SheetFound:
    """What is told of a sheet, see `tabular.Sheet`; the encoding is known when it has been read."""

    label: str
    title: str
    headers: tuple[str, ...]
    encoding: str | None
    delimiter: str | None
    left_out: str | None


@dataclass(frozen=True)
class Piece:
    """Some rows of a sheet: an Arrow stream of them, their numbers, and those put aside."""

    rows: pa.Buffer
    row_numbers: npt.NDArray[np.int64]
    rejects: tuple[Reject, ...]


@dataclass(frozen=True)
class Refusal:
    """Why a file can't be read (`is_final`: by nobody), or the number of the system's error."""

    reason: str = ""
    what_to_do: str = ""
    is_final: bool = False
    errno: int | None = None


def main() -> None:
    """Fork a process for each connection that comes, until the other end of the socket closes.

    The number of the socket is the program's only argument.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    restrict_new_files()
    for source in ADAPTERS:
        load_source(source)
    # Arrow imports pandas when it first sees an array of numpy: each file's process would again.
    pa.array(np.zeros(1))
    with socket.socket(fileno=int(sys.argv[1])) as server:
        while True:
            _, ends, _, _ = socket.recv_fds(server, 1, 1)
            if not ends:
                return
            if os.fork() == 0:
                server.close()
                _serve(Connection(ends[0]))
                os._exit(0)
            os.close(ends[0])


def _serve(connection: Connection) -> None:
    """Open the file that is asked for and read its sheets as asked, until nobody asks any more."""
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        connection.send(os.getpid())
        asked: ToOpen = connection.recv()
        _keep_to(asked)
        sheets: list[Sheet] = []
        refusal = _refusal(lambda: _open(asked, sheets), asked.limits)
        connection.send(([_found(sheet) for sheet in sheets], refusal))
        while True:
            wanted: ToRead = connection.recv()
            sheet = sheets[wanted.place]
            hand_over = partial(_hand_over, connection, sheet, wanted, asked.limits.rows)
            refusal = _refusal(hand_over, asked.limits)
            connection.send((_found(sheet), refusal))


def _keep_to(asked: ToOpen) -> None:
    """Take the limits upon this process: it can't lift them again. It says nothing on the screen.

    Processor time ends it even where nobody is left who would; landing waits for less.
    """
    tempfile.tempdir = asked.scratch
    memory = psutil.Process().memory_info().vms + asked.limits.memory_bytes
    for kind, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, 2 * asked.limits.seconds + 1),
        (resource.RLIMIT_FSIZE, max(asked.limits.file_bytes, asked.limits.memory_bytes)),
        (resource.RLIMIT_CORE, 0),
    ):
        _, most = resource.getrlimit(kind)
        lower = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(kind, (lower, lower))
    silence = os.open(os.devnull, os.O_WRONLY)
    for output in (1, 2):
        os.dup2(silence, output)


def _open(asked: ToOpen, sheets: list[Sheet]) -> None:
    """Gain the sheets that can be read before the file breaks off, if it does."""
    for sheet in asked.adapter.open_sheets(asked.path, asked.name, asked.limits):
        sheets.append(sheet)


def _refusal(do: Callable[[], None], limits: Limits) -> Refusal | None:
    """Why it could not be done; None where it was."""
    try:
        do()
    except Unreadable as error:
        return Refusal(error.reason, error.what_to_do)
    except MemoryError:
        reason, what_to_do = OUT_OF_MEMORY
        return Refusal(reason.format(limits.memory_bytes >> 20), what_to_do, is_final=True)
    except OSError as error:
        return Refusal(errno=error.errno or errno.EIO)
    except BaseException as error:  # a panic of native code is no Exception
        reason, what_to_do = BROKEN
        return Refusal(reason.format(type(error).__name__), what_to_do, is_final=True)
    return None


def _found(sheet: Sheet) -> SheetFound:
    return SheetFound(
        sheet.label, sheet.title, sheet.headers, sheet.encoding, sheet.delimiter, sheet.left_out
    )


def _hand_over(connection: Connection, sheet: Sheet, wanted: ToRead, most_rows: int) -> None:
    """Send the sheet's rows, made plain, a piece at a time."""
    count = 0
    for read in sheet.read(wanted.positions):
        batch = sound(read, wanted.table, sheet.headers, wanted.positions)
        count += batch.table.num_rows + len(batch.rejects)
        if count > most_rows:
            raise Unreadable(
                f"it holds more than {most_rows} rows", "Export the table in several files."
            )
        for start in range(0, len(batch.rejects), PIECE_REJECTS):
            rejects = batch.rejects[start : start + PIECE_REJECTS]
            nothing = _as_stream(batch.table.slice(0, 0))
            connection.send(Piece(nothing, batch.row_numbers[:0], rejects))
        for start, rows in _pieces(batch.table):
            numbers = batch.row_numbers[start : start + rows.num_rows]
            connection.send(Piece(_as_stream(rows), numbers, ()))


def _pieces(table: pa.Table) -> Iterator[tuple[int, pa.Table]]:
    """The table in slices of about `PIECE_BYTES`, each with the place of its first row."""
    rows = max(1, table.num_rows * PIECE_BYTES // max(table.nbytes, PIECE_BYTES))
    for start in range(0, max(1, table.num_rows), rows):
        yield start, table.slice(start, rows)


def _as_stream(table: pa.Table) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue()
