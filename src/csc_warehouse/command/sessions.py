"""Programs that each lead a session of their own: what they start, however deep, can be found.

A program that ends may leave its children behind, and they theirs; they stay in its session.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psutil

#: How long what is running may go on before it is killed.
STOP_SECONDS = 8


def start(
    arguments: Sequence[str], folder: Path, log: Path, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start Python with `arguments` in `folder`; what it says goes into `log`, for us alone."""
    log.unlink(missing_ok=True)
    log.touch(mode=0o600)
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
            start_new_session=True,
            umask=0o077,
        )


def works_in(pid: int, folder: Path) -> bool:
    """Whether the process is at work in `folder`: a number may be another process's by now."""
    try:
        return Path(psutil.Process(pid).cwd()) == folder
    except psutil.Error:
        return False


def members(leaders: Sequence[int]) -> list[psutil.Process]:
    """Every living process of the sessions that `leaders` lead."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(OSError, psutil.Error):
            if os.getsid(process.pid) in leaders and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def stop(leaders: Sequence[int]) -> None:
    """End the sessions: ask their leaders first, then insist with all."""
    for leader in leaders:
        with contextlib.suppress(OSError):
            os.kill(leader, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while alive := members(leaders):
        if time.monotonic() > deadline:
            for process in alive:
                with contextlib.suppress(psutil.Error):
                    process.kill()
        time.sleep(0.1)


@contextlib.contextmanager
def deaf_to_signals() -> Iterator[None]:
    """Let a second Ctrl-C not interrupt the tidying up."""
    names = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {name: signal.signal(name, signal.SIG_IGN) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
