"""The `csc` command with a fault at one of its file operations: run in a process of its own.

`CSC_FAULT` is JSON: `trace`, a file into which the name of each operation under CSC_HOME goes; or
`kind` and `number`, what happens at the operation of that number. An operation is named after what
it does and where: `rename lake/_loads`. What DuckDB and Arrow write themselves is not seen; they
are between two operations that are. The second process of a command counts its own: their names
begin with `beside`, and what happens there has `beside` true.
"""

from __future__ import annotations

import errno
import json
import os
import re
import secrets
import signal
import sys
import time
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

#: What changes something on the disk, by Python's own name for it.
_OPERATIONS = {
    "os.rename": "rename",
    "os.remove": "remove",
    "os.mkdir": "mkdir",
    "os.rmdir": "rmdir",
    "os.link": "link",
    "os.symlink": "symlink",
}
#: Those whose second argument is where it goes.
_WITH_OTHER_NAME = ("os.rename", "os.link", "os.symlink")
_SIGNALS = {"SIGKILL": signal.SIGKILL, "SIGTERM": signal.SIGTERM}
_ERRORS = {"ENOSPC": errno.ENOSPC, "EIO": errno.EIO, "EROFS": errno.EROFS}
#: How far the clock jumps; it stays there.
_CLOCKS = {"CLOCK-1D": timedelta(days=-1), "CLOCK+1Y": timedelta(days=365)}
#: Where there is no space left, what takes none can still be done.
_TAKES_SPACE = ("write", "mkdir", "link", "symlink", "fsync")


class _Faults:
    def __init__(self, home: str, asked: dict[str, Any], is_beside: bool) -> None:
        self._home = home
        self._asked = asked
        self._beside = "beside " if is_beside else ""
        self._trace = Path(asked["trace"]) if "trace" in asked else None
        self._is_here = bool(asked.get("beside")) == is_beside
        self._count = 0
        self._is_inside = False

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR):
                self.met("write", path)
        elif event in _OPERATIONS:
            self.met(_OPERATIONS[event], arguments[event in _WITH_OTHER_NAME])

    def met(self, operation: str, path: object) -> None:
        """An operation is about to be done."""
        text = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""
        if self._is_inside or not text.startswith(self._home):
            return
        self._is_inside = True
        try:
            self._count += 1
            if self._trace:
                with self._trace.open("a") as file:
                    file.write(
                        f"{self._beside}{operation} {_area(text.removeprefix(self._home))}\n"
                    )
            elif self._is_here and self._count >= self._asked["number"]:
                self._happen(operation, text)
        finally:
            self._is_inside = False

    def _happen(self, operation: str, path: str) -> None:
        kind, is_first = self._asked["kind"], self._count == self._asked["number"]
        if kind in _SIGNALS:
            if is_first:
                os.kill(os.getpid(), _SIGNALS[kind])
        elif kind in _CLOCKS:
            if is_first:
                _jump(_CLOCKS[kind])
        elif is_first or kind == "EROFS" or (kind == "ENOSPC" and operation in _TAKES_SPACE):
            raise OSError(_ERRORS[kind], os.strerror(_ERRORS[kind]), path)


def _area(path: str) -> str:
    """The place below the home without what differs from one home to another."""
    parts = [part for part in path.split("/") if part][:3]
    named = [re.sub(r"[0-9a-f]{12,}|\.\d+\.part|=.*", "…", part) for part in parts]
    return "/".join(named)


def _jump(by: timedelta) -> None:
    """Let the clock be another, for Python and for this project's modules."""
    real, real_ns = time.time, time.time_ns
    vars(time)["time"] = lambda: real() + by.total_seconds()
    vars(time)["time_ns"] = lambda: real_ns() + int(by.total_seconds()) * 10**9

    class Jumped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) + by

    for name, module in list(sys.modules.items()):
        if name.startswith("csc_warehouse") and vars(module).get("datetime") is datetime:
            vars(module)["datetime"] = Jumped


def _watch(*, is_beside: bool) -> None:
    """Count the operations of this process from here on."""
    # A new key is the same one each time, so that two homes can be compared.
    secrets.token_bytes = lambda nbytes=None: bytes(range(nbytes or 32))
    faults = _Faults(os.environ["CSC_HOME"], json.loads(os.environ["CSC_FAULT"]), is_beside)
    real = os.fsync

    def fsync(descriptor: Any) -> None:
        number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
        faults.met("fsync", Path(f"/proc/self/fd/{number}").readlink())
        real(descriptor)

    vars(os)["fsync"] = fsync
    sys.addaudithook(faults.audit)


if __name__ == "__main__":
    from csc_warehouse.command.cli import main

    _watch(is_beside=False)
    main()
elif __name__ == "__mp_main__":  # what multiprocessing calls it in a process that it starts
    _watch(is_beside=True)
