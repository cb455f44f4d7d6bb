"""60,000 episode rows of an SSDA903 return, from file to conformed staging; prints JSON.

    python tests/bench/ssda903.py [ROWS]

Codes are matched, repeats found, the years merged and dbt's tests run. Each size runs in a fresh
process; what a return of ten rows takes (start-up: imports, dbt's parsing) is taken off.
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


def load(home_name: str, rows: int) -> dict[str, dict[str, float]]:
    """Land and stage a return of `rows` episodes."""
    from csc_warehouse import candidate as candidates
    from csc_warehouse import landing
    from csc_warehouse.settings import Home
    from csc_warehouse.transform import RECORDS

    home = Home(Path(home_name))
    write_return(home.landing / LA / MONTH / "ssda903", rows)
    manifests, land = measured(lambda: landing.land(home, LA, MONTH, settle_seconds=0))
    kept = {table.name: table.rows_kept for table in manifests[0].tables}
    assert kept["episodes"] == rows

    def stage() -> None:
        candidate = candidates.choose(home, [LA], MONTH)
        candidates.prepare(home, candidate)
        candidate.dbt.build(RECORDS)

    _, staged = measured(stage)
    return {"land": land, "stage": staged}


def fresh(rows: int) -> dict[str, dict[str, float]]:
    """The same in a process and a home of its own."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--load", folder, str(rows)]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, dict[str, float]] = json.loads(printed.splitlines()[-1])
    return found


def main() -> None:
    """Print the cost of many rows, of few, and the rows a second between."""
    if sys.argv[1:2] == ["--load"]:
        print(json.dumps(load(sys.argv[2], int(sys.argv[3]))))
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    few, many = fresh(FEW), fresh(rows)
    # CPU seconds: on a machine with other work, wall seconds tell of that.
    seconds = sum(many[step]["cpu_seconds"] - few[step]["cpu_seconds"] for step in many)
    result: dict[str, Any] = {
        "rows": rows,
        "cpu_seconds_beyond_start_up": round(seconds, 2),
        "rows_per_cpu_second": round(rows / seconds) if seconds > 0 else None,
        "peak_mebibytes": max(step["peak_mebibytes"] for step in many.values()),
        "target": {"rows_per_second": TARGET_ROWS_PER_SECOND, "mebibytes": TARGET_MEBIBYTES},
        "few": few,
        "many": many,
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
