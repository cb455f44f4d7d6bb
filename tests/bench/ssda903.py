"""60,000 episode rows of an SSDA903 return, from file to conformed staging; prints JSON.

    python tests/bench/ssda903.py [ROWS]

Codes are matched, repeats found, the years merged and dbt's tests run. Landing and staging run each
in a fresh process, as Airflow's tasks and `csc run` do, and once more both in one; what a return of
ten rows takes (start-up: imports, reading the dbt project) is taken off.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from stages import measured

LA, MONTH = "993", "2022-03"
ROWS, FEW = 60_000, 10
TARGET_ROWS_PER_SECOND, TARGET_MEBIBYTES = 20_000, 500
HEADERS = (
    "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
)


def write_return(folder: Path, rows: int) -> None:
    """A return of `rows` episodes, five to a child, each as long as the next is late."""
    folder.mkdir(parents=True)
    first = date(2017, 4, 1)
    with (folder / "episodes.csv").open("w", encoding="utf-8") as file:
        file.write(HEADERS + "\n")
        for number in range(rows):
            start = first + timedelta(days=300 * (number % 5) + number % 100)
            reason = "S" if number % 5 == 0 else "P"
            end = "" if number % 5 == 4 else f"{start + timedelta(days=300):%d/%m/%Y}"
            file.write(
                f"C{number // 5},{start:%d/%m/%Y},{reason},C{1 + number % 2},N{1 + number % 8},"
                f"U{1 + number % 6},PR{1 + number % 5},{end},{'X1' if end else ''},CARPL,"
                f"ZZ1 1AA,ZZ{number % 10} {number % 10}BB,SC{100000 + number % 900}\n"
            )
    with (folder / "header.csv").open("w", encoding="utf-8") as file:
        file.write("CHILD,SEX,DOB,ETHNIC\n")
        for number in range((rows + 4) // 5):
            file.write(f"C{number},{1 + number % 2},01/02/2010,WBRI\n")


def land(home_name: str, rows: int) -> None:
    """Write a return of `rows` episodes and land it."""
    from csc_warehouse.intake import landing
    from csc_warehouse.places import Home

    home = Home(Path(home_name))
    write_return(home.landing / LA / MONTH / "ssda903", rows)
    manifests = landing.land(home, LA, MONTH, settle_seconds=0)
    kept = {table.name: table.rows_kept for table in manifests[0].tables}
    assert kept["episodes"] == rows


def stage(home_name: str) -> None:
    """Build the conformed records of what was landed."""
    from csc_warehouse.build import candidate as candidates
    from csc_warehouse.build.transform import RECORDS
    from csc_warehouse.places import Home

    home = Home(Path(home_name))
    candidate = candidates.choose(home, [LA], MONTH)
    candidates.prepare(home, candidate)
    candidate.dbt.build(RECORDS)


def step(name: str, home_name: str, rows: int) -> dict[str, float]:
    """One step in this process."""
    if name == "both":
        return measured(lambda: (land(home_name, rows), stage(home_name)))[1]
    return measured(lambda: land(home_name, rows) if name == "land" else stage(home_name))[1]


def fresh(rows: int, *steps: str) -> dict[str, dict[str, float]]:
    """The steps on a home of their own, each in a fresh process, as Airflow's tasks are."""
    found: dict[str, dict[str, float]] = {}
    with TemporaryDirectory() as home:
        for name in steps:
            command = [sys.executable, __file__, "--step", name, home, str(rows)]
            printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            found[name] = json.loads(printed.splitlines()[-1])
    return found


def main() -> None:
    """Print the cost of many rows, of few, and the rows a second between."""
    if sys.argv[1:2] == ["--step"]:
        print(json.dumps(step(sys.argv[2], sys.argv[3], int(sys.argv[4]))))
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    few, many = fresh(FEW, "land", "stage"), fresh(rows, "land", "stage")
    # CPU seconds: on a machine with other work, wall seconds tell of that.
    cpu, wall = (
        sum(many[name][kind] - few[name][kind] for name in many)
        for kind in ("cpu_seconds", "wall_seconds")
    )
    result: dict[str, Any] = {
        "rows": rows,
        "cpu_seconds_beyond_start_up": round(cpu, 2),
        "rows_per_cpu_second": round(rows / cpu) if cpu > 0 else None,
        "rows_per_second": round(rows / wall) if wall > 0 else None,
        "peak_mebibytes": max(each["peak_mebibytes"] for each in many.values()),
        "peak_mebibytes_in_one_process": fresh(rows, "both")["both"]["peak_mebibytes"],
        "target": {"rows_per_second": TARGET_ROWS_PER_SECOND, "mebibytes": TARGET_MEBIBYTES},
        "few": few,
        "many": many,
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
