"""What all workers of a run of tests need, made by whichever comes first."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def made_once(
    temporary: pytest.TempPathFactory, name: str, make: Callable[[Path], Any]
) -> tuple[Path, Any]:
    """The folder `name` of the run, and what `make` returned when it filled it, as JSON has it.

    Whoever comes while it is made waits for it. It belongs to all: nobody may change it.
    """
    run = temporary.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    folder, answer = run / name, run / f"{name}.json"
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not answer.exists():
            folder.mkdir()
            answer.write_text(json.dumps(make(folder)), encoding="utf-8")
    return folder, json.loads(answer.read_text(encoding="utf-8"))
