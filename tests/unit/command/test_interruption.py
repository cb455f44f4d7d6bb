"""Ctrl-C is not lost where a library swallows it, and stays ignored where it was ignored."""

from __future__ import annotations

import contextlib
import signal
import threading

import pytest

from csc_warehouse.command.interruption import stopping_within


class Finalized:
    """What Ctrl-C finds in its finalizer: Python tells that it ignored it, and goes on."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


def test_ctrl_c_that_a_finalizer_swallowed_comes_again(capfd: pytest.CaptureFixture[str]) -> None:
    ended, went_on = threading.Event(), False
    with pytest.raises(KeyboardInterrupt), stopping_within(5, ended.set):
        Finalized()
        went_on = True
        ended.wait(5)
    assert went_on
    assert not ended.is_set()
    assert capfd.readouterr().err == ""


def test_where_a_library_swallows_it_the_command_ends_all_the_same() -> None:
    ended = threading.Event()
    with stopping_within(0.05, ended.set):
        with contextlib.suppress(BaseException):
            signal.raise_signal(signal.SIGINT)
        assert not ended.is_set()
        assert ended.wait(5)


def test_what_ends_by_itself_is_not_ended() -> None:
    before, ended = signal.getsignal(signal.SIGINT), threading.Event()
    with pytest.raises(KeyboardInterrupt), stopping_within(0.05, ended.set):
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
    assert not ended.wait(0.2)


def test_a_command_in_the_background_still_ignores_it() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    ended = threading.Event()
    try:
        with stopping_within(0, ended.set):
            signal.raise_signal(signal.SIGINT)
            assert not ended.wait(0.2)
    finally:
        signal.signal(signal.SIGINT, before)
