"""One month through the pipeline in this process, each stage measured; prints JSON.

    python tests/bench/stages.py HOME LA_CODE MONTH

Started by `bench.py` in a fresh process, so that the first stage that needs dbt or Great
Expectations pays for importing it, as it does in `csc run`. The star is also built without the
indicator layer, beside the stages: what the layer adds is the difference.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from csc_warehouse.build.candidate import Candidate

STARTED = time.perf_counter()

#: The indicator layer, by the folders of its models: the indicators, what adds them up and compares
#: them, and the models that lead nowhere else.
INDICATOR_LAYER = ("indicators", "comparators", "intermediate/reconciliation")


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


def build_star_without_indicators(chosen: Candidate) -> None:
    """Build the star of `chosen` without the indicator layer, in copies of its two files."""
    from csc_warehouse.build import recorded, transform
    from csc_warehouse.places import DBT_PROJECT

    models = DBT_PROJECT / "models"
    layer = {path.stem for part in INDICATOR_LAYER for path in (models / part).rglob("*.sql")}
    left_out = {*layer, "int_comparators"}
    with tempfile.TemporaryDirectory(dir=chosen.directory) as name:
        copies = [
            Path(shutil.copy2(path, name)) for path in (chosen.warehouse_db, chosen.analyst_db)
        ]
        dbt = transform.Dbt(*copies, chosen.scratch)
        for call in recorded.read(transform.blank_folder(chosen.scratch) / transform.STATEMENTS):
            if (call.select, call.exclude) != transform.MONTH[0]:
                # Whatever reads what is left out comes behind it.
                kept = []
                for node in call.nodes:
                    if left_out.isdisjoint({node.name, *node.after}):
                        kept.append(node)
                    else:
                        left_out.add(node.name)
                dbt.send(replace(call, nodes=tuple(kept)))


def main() -> None:
    """Run the stages of a month; the last line printed is the JSON."""
    home_name, la_code, month = sys.argv[1:4]
    from csc_warehouse.build import candidate
    from csc_warehouse.places import Home
    from csc_warehouse.run_month import steps

    home, las = Home(Path(home_name)), [la_code]
    stages: dict[str, dict[str, float]] = {
        "start": {
            "wall_seconds": round(time.perf_counter() - STARTED, 3),
            "cpu_seconds": round(cpu_seconds(), 3),
            "peak_mebibytes": round(peak_mebibytes(), 1),
        }
    }
    functions: dict[str, Callable[[], Any]] = {
        "land": lambda: steps.land(home, la_code, month),
        "check_raw": lambda: steps.check_raw(home, las, month),
        "build_staging": lambda: steps.build_staging(home, las, month),
        "check_staging": lambda: steps.check_staging(home, las, month),
        "build_star": lambda: steps.build_star(home, las, month),
        "check_marts": lambda: steps.check_marts(home, las, month),
        # An empty extract fails critically, and is published to be measured all the same.
        "publish": lambda: steps.publish(
            home, las, month, accept="benchmark", accepted_by="benchmark"
        ),
    }
    summary: dict[str, Any] = {}
    without: dict[str, float] = {}
    for name, step in functions.items():
        if name == "build_star":
            _, without = measured(
                partial(build_star_without_indicators, candidate.choose(home, las, month))
            )
        summary, stages[name] = measured(step)
    print(
        json.dumps(
            {
                "stages": stages,
                "star_without_indicators": without,
                "release": summary["path"],
            }
        )
    )


if __name__ == "__main__":
    main()
