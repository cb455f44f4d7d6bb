"""A second process beside the first, for what Python would do one after the other.

`csc run` lands files in it, checks in it and writes half of the report in it: Great Expectations
and dbt are Python through and through, and in one process the one would wait for the other. `make
run` makes its extracts in it while Airflow starts.
"""

from __future__ import annotations

import gc
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import active_children, get_context, parent_process, set_start_method
from typing import ParamSpec, TypeVar

from csc_warehouse.files import restrict_new_files

_P = ParamSpec("_P")
_Done = TypeVar("_Done")


@contextmanager
def second_process(imported_ahead: str) -> Iterator[Executor]:
    """An executor with one process, which starts at once and imports the module of that name."""
    with ProcessPoolExecutor(
        max_workers=1,
        mp_context=get_context("spawn"),
        initializer=_start,
    ) as executor:
        executor.submit(import_module, imported_ahead)
        try:
            yield executor
        finally:
            # Nobody waits for what it may still be doing, and all of it can be done again. To end
            # by itself, it would first take apart all that it has imported: two seconds.
            for process in active_children():
                process.terminate()


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


def collect_rarely() -> None:
    """Let this process look for circles of garbage after 50,000 new objects, not after 700.

    There are few, and what a month imports is half a million objects: to walk through them again
    and again took a second of it.
    """
    gc.set_threshold(50_000, 20, 100)


def _start() -> None:
    """Leave Ctrl-C to the command, and end when it ends, however it ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Great Expectations' progress bars make a lock between processes. By this method it has no name
    # in the system; else Python warned, at the end of every run, that one was left behind.
    set_start_method("fork", force=True)
    restrict_new_files()
    collect_rarely()
    threading.Thread(target=_end_with_the_command, daemon=True).start()


def _end_with_the_command() -> None:
    if command := parent_process():
        command.join()
    signal.raise_signal(signal.SIGTERM)
