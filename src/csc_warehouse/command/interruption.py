"""Ctrl-C that is not lost.

Python raises KeyboardInterrupt wherever its main thread is. In a finalizer, or under a library's
`except` for everything, it is swallowed there: a month that was asked to stop would be published.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def until_it_ends(every: float = 3) -> Iterator[None]:
    """Once Ctrl-C is pressed, interrupt again `every` seconds until what is inside has ended.

    To be called in the main thread: it alone hears signals. Where Ctrl-C was ignored before (a
    command that a shell has put into the background), it stays so.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=interrupt_again, daemon=True).start()
        raise KeyboardInterrupt

    def interrupt_again() -> None:
        time.sleep(every)
        # Whoever handles Ctrl-C otherwise by now, or ignores it while tidying up, is left alone.
        if signal.getsignal(signal.SIGINT) is interrupt:
            signal.pthread_kill(main_thread, signal.SIGINT)

    main_thread = threading.get_ident()
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
