"""One month through the pipeline in this process, each stage measured; prints JSON.

    python tests/bench/stages.py HOME LA_CODE MONTH

Started by `bench.py` in a fresh process, so that the first stage that needs dbt or Great
Expectations pays for importing it, as it does in `csc run`.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

STARTED = time.perf_counter()


def peak_mebibytes() -> float:
    """The most memory that this process held since `forget_peak`, in MiB (Linux: VmHWM)."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def forget_peak() -> None:
    """Begin a new peak; where the kernel does not allow it, peaks are those since the start."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def cpu_seconds() -> float:
    """CPU seconds of this process and its children so far, user and system."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in used)


def measured(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """What `work` returns, with its wall seconds, CPU seconds and peak MiB."""
    forget_peak()
    wall, cpu = time.perf_counter(), cpu_seconds()
    result = work()
    return result, {
        "wall_seconds": round(time.perf_counter() - wall, 3),
        "cpu_seconds": round(cpu_seconds() - cpu, 3),
        "peak_mebibytes": round(peak_mebibytes(), 1),
    }


def main() -> None:
    """Run the stages of a month; the last line printed is the JSON."""
    home_name, la_code, month = sys.argv[1:4]
    before = cpu_seconds()
    from csc_warehouse import pipeline
    from csc_warehouse.settings import Home

    home, las = Home(Path(home_name)), [la_code]
    stages: dict[str, dict[str, float]] = {
        "start": {
            "wall_seconds": round(time.perf_counter() - STARTED, 3),
            "cpu_seconds": round(cpu_seconds(), 3),
            "peak_mebibytes": round(peak_mebibytes(), 1),
        }
    }
    del before
    steps: dict[str, Callable[[], Any]] = {
        "land": lambda: pipeline.land(home, la_code, month),
        "check_raw": lambda: pipeline.check_raw(home, las, month),
        "build_staging": lambda: pipeline.build_staging(home, las, month),
        "check_staging": lambda: pipeline.check_staging(home, las, month),
        "build_star": lambda: pipeline.build_star(home, las, month),
        "check_marts": lambda: pipeline.check_marts(home, las, month),
        # An empty extract fails critically, and is published to be measured all the same.
        "publish": lambda: pipeline.publish(
            home, las, month, accept="benchmark", accepted_by="benchmark"
        ),
    }
    summary: dict[str, Any] = {}
    for name, step in steps.items():
        summary, stages[name] = measured(step)
    print(json.dumps({"stages": stages, "release": summary["path"]}))


if __name__ == "__main__":
    main()
