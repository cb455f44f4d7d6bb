"""One landing or erasure at a time for each authority and source."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from csc_warehouse.files import private_directory
from csc_warehouse.places import Home


@contextmanager
def locked(home: Home, la_code: str, source: str) -> Iterator[None]:
    """One landing (or erasure) at a time for each authority and source, across processes."""
    private_directory(home.manifests)
    with (home.manifests / f".{la_code}-{source}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
