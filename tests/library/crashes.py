"""Deaths at a chosen place: what is on disk then is what a crash leaves."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def dying_at_fsync(number: int) -> Iterator[None]:
    """KeyboardInterrupt right after the fsync of that number, counted from 0, and any after it."""
    real, left = os.fsync, number

    def dies(descriptor: int) -> None:
        nonlocal left
        real(descriptor)
        left -= 1
        if left < 0:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", dies)
        yield
