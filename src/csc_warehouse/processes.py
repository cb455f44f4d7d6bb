"""Processes beside the first, for what Python would do one after the other.

`csc run` lands files in a second one, checks in it and writes half of the report in it: Great
Expectations and dbt are Python through and through, and in one process the one would wait for the
other. `make run` makes its extracts in it while Airflow starts. Groups of authorities are built in
one each.
"""

from __future__ import annotations

import gc
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import (
    active_children,
    connection,
    get_context,
    parent_process,
    set_start_method,
)
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from csc_warehouse.errors import CscError
from csc_warehouse.files import restrict_new_files

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

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


def each_in_a_process(
    count: int, work: Callable[..., object], arguments: Sequence[tuple[Any, ...]]
) -> Iterator[int]:
    """Do `work` with each of the `arguments` in a process of its own, `count` at a time.

    Yields the place of each as it is done. Where a process is killed, its work is begun again,
    once; the others go on. What `work` raises is raised, and nothing goes on. Raises CscError where
    the same work was killed twice.
    """
    waiting = deque(range(len(arguments)))
    killed: set[int] = set()
    running: dict[connection.Connection, _Running] = {}
    try:
        while waiting or running:
            while waiting and len(running) < count:
                number = waiting.popleft()
                started = _Running.start(number, work, arguments[number])
                running[started.answer] = started
            # An answer, or its end without one, where the process was killed.
            for answer in connection.wait(list(running)):
                ended = running.pop(cast("connection.Connection", answer))
                if ended.answered():
                    yield ended.number
                elif ended.number in killed:
                    raise CscError(
                        "A process was ended by the system twice at the same work, most likely for "
                        "want of memory: take fewer workers, or smaller groups of authorities "
                        "(settings.toml, [build]). What is done stays: run the same again."
                    )
                else:
                    killed.add(ended.number)
                    waiting.appendleft(ended.number)
    finally:
        for each in running.values():
            each.process.terminate()
            each.process.join()


@dataclass(frozen=True)
class _Running:
    """A process at work, and where it answers."""

    number: int
    process: SpawnProcess
    answer: connection.Connection

    @classmethod
    def start(cls, number: int, work: Callable[..., object], given: tuple[Any, ...]) -> _Running:
        context = get_context("spawn")
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(there, work, given))
        process.start()
        there.close()
        return cls(number, process, here)

    def answered(self) -> bool:
        """Whether the work was done before the process ended. Raises what it raised."""
        try:
            error = self.answer.recv()
        except EOFError:
            return False
        finally:
            self.answer.close()
            self.process.join()
        if error is not None:
            raise error
        return True


def _work(
    answer: connection.Connection, work: Callable[..., object], given: tuple[Any, ...]
) -> None:
    """Do the work and answer with what it raised, or with None."""
    _start()
    try:
        work(*given)
    except Exception as error:
        answer.send(error)
    else:
        answer.send(None)


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
