"""A second process for `csc run`: two cores start up, check, build and write the report at once.

Files are landed in it, the checks run in it, and half of the report is written in it. Great
Expectations and dbt are Python through and through: in one process the one would wait for the
other.
"""

from __future__ import annotations

import atexit
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import active_children, get_context
from typing import ParamSpec, TypeVar

from csc_warehouse.files import restrict_new_files

_P = ParamSpec("_P")
_Done = TypeVar("_Done")

#: How soon the process notices that the command was killed.
_LOOK_SECONDS = 0.25


@contextmanager
def second_process(imported_ahead: str) -> Iterator[Executor]:
    """An executor with one process, which starts at once and imports the module of that name."""
    with ProcessPoolExecutor(
        max_workers=1,
        mp_context=get_context("spawn"),
        initializer=_start,
        initargs=(os.getpid(),),
    ) as executor:
        executor.submit(import_module, imported_ahead)
        try:
            yield executor
        except BaseException:
            # Nobody waits for what it is doing, and all of it can be done again.
            executor.shutdown(wait=False, cancel_futures=True)
            for process in active_children():
                process.terminate()
            raise


class ThisProcess(Executor):
    """Where there is no other process: what is submitted is done at once, in this one."""

    def submit(
        self, fn: Callable[_P, _Done], /, *args: _P.args, **kwargs: _P.kwargs
    ) -> Future[_Done]:
        done: Future[_Done] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done


def _start(parent: int) -> None:
    """Leave Ctrl-C to the command, and end when it ends, however it ended."""
    # At its end it has nothing left to do: to take apart what was imported takes Python a second.
    atexit.register(os._exit, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    restrict_new_files()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os._exit(1)
