"""A second process for `csc run`: two cores start up at once, and write the report at once.

The checks run in it, and then the public half of the report is written in it. Importing Great
Expectations takes as long as importing dbt and parsing its project, and both are Python through
and through: in one process the one would wait for the other.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from csc_warehouse import quality
from csc_warehouse.settings import restrict_new_files

#: How soon the process notices that the command was killed.
_LOOK_SECONDS = 0.25


@contextmanager
def second_process() -> Iterator[Executor]:
    """An executor with one process, which imports Great Expectations at once."""
    with ProcessPoolExecutor(
        max_workers=1,
        mp_context=get_context("spawn"),
        initializer=_start,
        initargs=(os.getpid(),),
    ) as executor:
        executor.submit(quality.great_expectations_ready)
        yield executor


def _start(parent: int) -> None:
    """Leave Ctrl-C to the command, and end when it ends, however it ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    restrict_new_files()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os._exit(1)
