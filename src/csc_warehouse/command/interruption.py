"""Ctrl-C that is not lost.

Python raises KeyboardInterrupt wherever its main thread is. In a finalizer, or under a library's
`except` for everything, it is swallowed there: a month that was asked to stop would be published.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stopping_within(seconds: float, end: Callable[[], object]) -> Iterator[None]:
    """Once Ctrl-C is pressed, what is inside has `seconds` to end by itself; then `end` is called.

    By another thread: it has to end the process, as if it had been killed. To be entered in the
    main thread: it alone hears signals. Where Ctrl-C was ignored before (a command that a shell has
    put into the background), it stays so.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=wait_and_end, daemon=True).start()
        raise KeyboardInterrupt

    def wait_and_end() -> None:
        time.sleep(seconds)
        # Whoever handles Ctrl-C otherwise by now, or ignores it while tidying up, is left alone.
        if signal.getsignal(signal.SIGINT) is interrupt:
            end()

    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
