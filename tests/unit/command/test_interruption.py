"""Ctrl-C is not lost where a library swallows it, and stays ignored where it was ignored."""

from __future__ import annotations

import signal
import time

import pytest

from csc_warehouse.command.interruption import until_it_ends


class Swallows:
    """A finalizer that Ctrl-C finds: Python says that it ignored the exception, and goes on."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_ctrl_c_that_was_swallowed_comes_again() -> None:
    went_on = False
    with pytest.raises(KeyboardInterrupt), until_it_ends(every=0.05):
        Swallows()
        went_on = True
        time.sleep(5)
    assert went_on


def test_what_handled_ctrl_c_before_handles_it_again_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), until_it_ends(every=0.05):
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
    time.sleep(0.1)  # nothing comes after the end


def test_a_command_in_the_background_still_ignores_it() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with until_it_ends(every=0.05):
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
