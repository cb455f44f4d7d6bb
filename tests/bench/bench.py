"""`make bench`: what each stage of a month costs, against one bare SQL script.

For each size a fictional authority's extract of one month is made and run, all stages in one fresh
process. `bare.sql` then reads the same files and writes the same facts and indicators with DuckDB
alone. The two must agree in every row and column of every fact and of every indicator that is
available and that the script writes, keys and places included, but for what only the checks know
(doubt and bounds): otherwise exit code 1. What the script does not write is listed.

What the stages cost on an extract without rows is start-up: importing dbt and Great Expectations,
parsing, opening, and what every model costs before its first row. What the indicator layer adds is
what `build_star` takes more than the same step without it.

    python tests/bench/bench.py --sizes 1 10 --json bench.json
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from bare import unwritten

HERE = Path(__file__).parent
LA_CODE, MONTH = "991", "2022-09"
THREADS = 2
STARTING = "start"
"""The first stage of `stages.py`: importing the package."""
NOT_COMPARED = {
    "fct_indicator_detail": {"is_in_doubt"},
    "rpt_indicator": {"lower_bound", "upper_bound"},
}
"""What the release knows from its checks, and the bare script can't."""

Stages = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Difference:
    """Rows of a table that only one side has; `columns` of one side only where they differ."""

    table: str
    only_in_release: int
    only_in_bare: int
    columns: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.columns:
            return f"{self.table}: not in both: {', '.join(self.columns)}"
        return (
            f"{self.table}: {self.only_in_release} rows only in the release, "
            f"{self.only_in_bare} only in the bare script's"
        )


def main() -> int:
    """Measure, compare, print; 1 where the release and the bare script differ."""
    options = _options()
    with _folder(options.home) as home:
        empty = _run_empty(home / "empty")
        results = [_run_size(home / f"size_{size:g}", size, empty) for size in options.sizes]
    for result in results:
        _print(result, empty)
    if options.json:
        options.json.write_text(
            json.dumps({"empty": empty, "sizes": results}, indent=2) + "\n", encoding="utf-8"
        )
    differences = [text for result in results for text in result["differences"]]
    for text in differences:
        print(f"Differs: {text}", file=sys.stderr)
    return 1 if differences else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The cost of a month, against one bare script.")
    parser.add_argument("--sizes", nargs="+", type=float, default=[1, 10], metavar="SIZE")
    parser.add_argument("--home", type=Path, help="Scratch folder, kept; without it, a new one.")
    parser.add_argument("--json", type=Path, help="Write the measurements here too.")
    return parser.parse_args()


@contextmanager
def _folder(home: Path | None) -> Iterator[Path]:
    if home is not None:
        home.mkdir(parents=True, exist_ok=True)
        yield home.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="csc_bench_") as name:
        yield Path(name)


# Running ------------------------------------------------------------------------------------------


def _run_empty(home: Path) -> Stages:
    """The stages on files that hold a header and no rows."""
    _fresh(home)
    with tempfile.TemporaryDirectory(prefix="csc_bench_") as name:
        generate_extract(Path(name), 0.2)
        source = Path(name) / LA_CODE / MONTH / "ssd"
        target = home / "landing" / LA_CODE / MONTH / "ssd"
        target.mkdir(parents=True)
        for path in source.glob("*.csv"):
            with path.open(encoding="utf-8") as file:
                (target / path.name).write_text(file.readline(), encoding="utf-8")
    stages: Stages = _python(HERE / "stages.py", str(home), LA_CODE, MONTH)["stages"]
    return stages


def _run_size(home: Path, size: float, empty: Stages) -> dict[str, Any]:
    """One size: the stages, the bare script, what they have in common and how they compare."""
    _fresh(home)
    landing = home / "landing"
    if not landing.exists():
        generate_extract(landing, size)
    done = _python(HERE / "stages.py", str(home), LA_CODE, MONTH)
    release = Path(done["release"])
    load_id = json.loads((release / "manifest.json").read_text(encoding="utf-8"))["load_ids"][0]
    bare_db, bare = run_bare_script(home, load_id)
    stages: Stages = done["stages"]
    without: dict[str, float] = done["star_without_indicators"]
    beyond = _total(stages, "cpu_seconds") - _total(empty, "cpu_seconds")
    return {
        "size": size,
        "stages": stages,
        "bare": bare,
        "cpu_beyond_start_up": round(beyond, 2),
        "ratio": round(beyond / bare["cpu_seconds"], 2),
        "indicator_layer": {
            measure: round(stages["build_star"][measure] - without[measure], 2)
            for measure in ("wall_seconds", "cpu_seconds")
        },
        "slowest": _slowest(release / "analyst.duckdb"),
        "unwritten": unwritten(),
        "differences": [str(item) for item in compare(release / "analyst.duckdb", bare_db)],
    }


def run_bare_script(home: Path, load_id: str) -> tuple[Path, dict[str, float]]:
    """What the bare script makes of the extract in `home`, a new database, and what it cost."""
    database = home / "bare.duckdb"
    used = _python(HERE / "bare.py", str(home), LA_CODE, MONTH, load_id, str(database))
    return database, used


def _fresh(home: Path) -> None:
    """Remove what an earlier run left in `home`, but for the extract."""
    for path in home.glob("*"):
        if path.is_dir() and path.name != "landing":
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()
    if home.name == "empty":
        shutil.rmtree(home / "landing", ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True)


def generate_extract(landing: Path, size: float) -> None:
    """The fictional extract of one month, faults planted, in SystemC's dialect.

    Without the local files beside it: the bare script doesn't know them, and they'd be landed.
    """
    script = (
        "import sys; from pathlib import Path; import csc_fictional; "
        "csc_fictional.generate(sys.argv[1], sys.argv[2], sys.argv[2], float(sys.argv[3]), 7, "
        "'ssd', Path(sys.argv[4]), dialect='systemc')"
    )
    _call("-c", script, LA_CODE, MONTH, str(size), str(landing))
    shutil.rmtree(landing / LA_CODE / MONTH / "local")


def _python(script: Path, *arguments: str) -> dict[str, Any]:
    """What a script prints as JSON in its last line."""
    answer: dict[str, Any] = json.loads(_call(str(script), *arguments).splitlines()[-1])
    return answer


def _call(*arguments: str) -> str:
    """Run Python in a fresh process; its output."""
    source = str(HERE.parents[1] / "src")
    path = os.pathsep.join(part for part in (source, os.environ.get("PYTHONPATH")) if part)
    done = subprocess.run(
        [sys.executable, *arguments],
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


# Comparing ----------------------------------------------------------------------------------------


def compare(release_db: Path, bare_db: Path) -> list[Difference]:
    """Where the facts and indicators of the release and of the bare script differ.

    Every fact that has rows, every indicator that is available, but for what is `unwritten`.
    """
    missing = unwritten()
    with duckdb.connect(config={"threads": THREADS, "memory_limit": "3GB"}) as connection:
        connection.execute(f"set temp_directory = '{bare_db.parent / 'compare_temp'}'")
        connection.execute(f"attach '{release_db}' as release (read_only)")
        connection.execute(f"attach '{bare_db}' as bare (read_only)")
        facts = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'release' "
            "and schema_name = 'marts' and table_name like 'fct\\_%' escape '\\' "
            "and estimated_size > 0 order by table_name"
        ).fetchall()
        # A view, read by topic: at once it takes more memory than there is.
        topics = connection.execute(
            "select list(indicator_code order by indicator_code) "
            "from release.reference.indicator group by topic order by topic"
        ).fetchall()
        parts = [
            *(("marts", table, "true") for (table,) in facts),
            *(
                ("indicators", "fct_indicator_detail", f"list_contains({codes}, indicator_code)")
                for (codes,) in topics
                if set(codes) - set(missing["indicators"])
            ),
            ("indicators", "rpt_indicator", "availability = 'available'"),
        ]
        found = [_compare_part(connection, *part, missing) for part in parts]
    return [difference for difference in found if difference is not None]


def _compare_part(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    table: str,
    condition: str,
    missing: dict[str, list[str]],
) -> Difference | None:
    """How the rows that meet `condition` differ in a table of the release and of the script.

    But for the indicators, and the columns of breakdowns, that the script does not write.
    """
    names = {
        database: {
            row[0]
            for row in connection.execute(
                "select column_name from duckdb_columns() "
                "where database_name = ? and table_name = ?",
                [database, table],
            ).fetchall()
        }
        - NOT_COMPARED.get(table, set())
        - set(missing["breakdowns"])
        for database in ("release", "bare")
    }
    if names["release"] != names["bare"]:
        return Difference(table, 0, 0, tuple(sorted(names["release"] ^ names["bare"])))
    columns = ", ".join(sorted(names["bare"]))
    place = table if condition == "true" else f"{table} where {condition}"
    if schema == "indicators":
        condition += f" and not list_contains({missing['indicators']}::varchar[], indicator_code)"
    if table == "rpt_indicator":
        condition += f" and not list_contains({missing['breakdowns']}::varchar[], breakdown)"
    # By row hash: the rows themselves are wider than the memory.
    counts = connection.execute(
        f"""
        with side as (
            select hash(rows) as row_hash, 1 as count_of_row
            from (select {columns} from release.{schema}.{table} where {condition}) as rows
            union all
            select hash(rows), -1
            from (select {columns} from bare.main.{table} where {condition}) as rows
        )
        select coalesce(sum(greatest(surplus, 0)), 0), coalesce(sum(greatest(-surplus, 0)), 0)
        from (select row_hash, sum(count_of_row) as surplus from side group by row_hash)
        """
    ).fetchone()
    assert counts is not None
    return Difference(place, *counts) if any(counts) else None


def _slowest(release_db: Path) -> list[tuple[str, float]]:
    """The ten dbt nodes that took longest, with their seconds."""
    with duckdb.connect(str(release_db), read_only=True) as connection:
        return [
            (str(name), round(float(seconds), 2))
            for name, seconds in connection.execute(
                "select model_name, seconds from ops.model_run order by seconds desc limit 10"
            ).fetchall()
        ]


# Printing -----------------------------------------------------------------------------------------


def _total(stages: Stages, measure: str) -> float:
    return sum(stage[measure] for stage in stages.values())


def _print(result: dict[str, Any], empty: Stages) -> None:
    """The table of one size."""
    stages: Stages = result["stages"]
    print(f"\nSize {result['size']:g}")
    print(f"{'stage':<16}{'wall s':>9}{'CPU s':>9}{'of start-up':>13}{'peak MiB':>10}")
    for name, used in stages.items():
        _line(name, used, empty[name]["cpu_seconds"])
    wall, cpu = _total(stages, "wall_seconds"), _total(stages, "cpu_seconds")
    peak = max(stage["peak_mebibytes"] for stage in stages.values())
    total = {"wall_seconds": wall, "cpu_seconds": cpu, "peak_mebibytes": peak}
    _line("all", total, _total(empty, "cpu_seconds"))
    _line("bare script", result["bare"], None)
    print(f"start-up, wall seconds on an empty extract: {_total(empty, 'wall_seconds'):.1f}")
    print(
        f"CPU beyond start-up: {result['cpu_beyond_start_up']:.1f} s, "
        f"{result['ratio']:.2f} times the bare script's"
    )
    layer = result["indicator_layer"]
    print(
        f"indicator layer: {layer['wall_seconds']:.1f} s wall, {layer['cpu_seconds']:.1f} s CPU "
        f"({layer['cpu_seconds'] / THREADS:.1f} s on {THREADS} cores)"
    )
    print("slowest: " + ", ".join(f"{name} {seconds}" for name, seconds in result["slowest"]))
    for kind, names in result["unwritten"].items():
        if names:
            print(f"{kind} not written in the bare script: {', '.join(names)}")
    print("rows: " + ("; ".join(result["differences"]) or "the same in both"))


def _line(name: str, used: dict[str, float], start_up: float | None) -> None:
    started = "" if start_up is None else f"{start_up:.1f}"
    print(
        f"{name:<16}{used['wall_seconds']:>9.1f}{used['cpu_seconds']:>9.1f}{started:>13}"
        f"{used['peak_mebibytes']:>10.0f}"
    )


if __name__ == "__main__":
    sys.exit(main())
