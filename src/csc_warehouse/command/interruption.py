"""Ctrl-C that is not lost.

Python raises KeyboardInterrupt wherever its main thread is. In a finalizer, or under a library's
`except` for everything, it is swallowed there: a month that was asked to stop would be published.
Of a finalizer Python tells; of a library it does not.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs


@contextmanager
def stopping_within(seconds: float, end: Callable[[], object]) -> Iterator[None]:
    """Once Ctrl-C is pressed, what is inside has `seconds` to end by itself; then `end` is called.

    Where a finalizer swallows it, it comes again at once.

    `end` is called by another thread: it has to end the process, as if it had been killed. To be
    entered in the main thread: it alone hears signals. Where Ctrl-C was ignored before (a command
    that a shell has put into the background), it stays so.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=wait_and_end, daemon=True).start()
        raise KeyboardInterrupt

    def wait_and_end() -> None:
        time.sleep(seconds)
        # Whoever handles Ctrl-C otherwise by now, or ignores it while tidying up, is left alone.
        if signal.getsignal(signal.SIGINT) is interrupt:
            end()

    def heard_in_vain(told: UnraisableHookArgs) -> None:
        if issubclass(told.exc_type, KeyboardInterrupt):
            # Not from here: what this raises would be ignored as well.
            threading.Timer(0.05, interrupt_again).start()
        else:
            ignored(told)

    def interrupt_again() -> None:
        if signal.getsignal(signal.SIGINT) is interrupt:
            signal.pthread_kill(main_thread, signal.SIGINT)

    main_thread, ignored = threading.get_ident(), sys.unraisablehook
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGINT, interrupt)
    sys.unraisablehook = heard_in_vain
    try:
        yield
    finally:
        sys.unraisablehook = ignored
        signal.signal(signal.SIGINT, before)
