"""The second process: it works elsewhere, and ends with the command, however that ends."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor

import psutil
import pytest

from csc_warehouse.processes import ThisProcess, second_process


def ends(pid: int, seconds: float = 20) -> bool:
    """Does the process end within `seconds`?"""
    try:
        psutil.Process(pid).wait(seconds)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True


def test_it_works_in_another_process_and_is_gone_with_the_block() -> None:
    with second_process("csc_warehouse.month") as other:
        pid = other.submit(os.getpid).result()
        assert pid != os.getpid()
    assert not psutil.pid_exists(pid)


def test_it_walks_through_what_it_has_imported_rarely() -> None:
    with second_process("csc_warehouse.month") as other:
        assert other.submit(gc.get_threshold).result()[0] >= 50_000


def test_nobody_waits_for_what_it_still_does() -> None:
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), second_process("csc_warehouse.month") as other:
        other.submit(os.getpid).result()
        other.submit(time.sleep, 600)
        raise KeyboardInterrupt
    assert time.monotonic() - started < 300


def test_a_lock_that_it_made_is_not_warned_of() -> None:
    code = (
        "from csc_warehouse.processes import second_process\n"
        "with second_process('csc_warehouse.month') as other:\n"
        "    other.submit(exec, 'import multiprocessing, builtins; '\n"
        "                       'builtins.kept = multiprocessing.RLock()').result()\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stderr == ""


def test_it_ends_where_the_command_is_killed() -> None:
    code = (
        "import os, time\n"
        "from csc_warehouse.processes import second_process\n"
        "with second_process('csc_warehouse.month') as other:\n"
        "    print(other.submit(os.getpid).result(), flush=True)\n"
        "    other.submit(time.sleep, 600)\n"
        "    time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        pid = int(run.stdout.readline())
        assert psutil.pid_exists(pid)
        run.send_signal(signal.SIGKILL)
    assert ends(pid)


def test_this_process_hands_back_what_was_raised() -> None:
    alone: Executor = ThisProcess()
    assert alone.submit(os.getpid).result() == os.getpid()
    with pytest.raises(ZeroDivisionError):
        alone.submit(divmod, 1, 0).result()
