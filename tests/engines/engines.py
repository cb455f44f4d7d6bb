"""`make engines`: the same month by DuckDB and by Spark, and whether it is the same.

Two fictional authorities, each with two sources, in a home for each engine with one key and the
same files. Every table and view of the two releases is held against its twin both ways, its types
by family, and what readers open by its hashes. With `--workers 2` Spark is a cluster of its own
processes. Fails if anything differs.

    python tests/engines/engines.py --size 0.05
    python tests/engines/engines.py --workers 2
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from csc_fictional import generate
from csc_warehouse.home_settings import ENGINE
from csc_warehouse.lake.identity import load_key
from csc_warehouse.places import Home
from library.same_release import differences, other_pages

MONTH, LA_CODES, SOURCES = "2022-09", ("991", "992"), ("ssd", "ssda903")
CLUSTER = "127.0.0.1:7077"


def dropped(home: Home, size: float) -> Home:
    """The home with the key of all of these homes, and the extracts dropped."""
    for seed, la_code in enumerate(LA_CODES, start=1):
        for source in SOURCES:
            generate(la_code, MONTH, MONTH, size, seed, source, home.landing)
    return home


def run(home: Home, engine: str) -> float:
    """Run the month by that engine; the CPU seconds that it took, with all its processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    command = [sys.executable, "-c", "from csc_warehouse.command.cli import main; main()", "run"]
    subprocess.run(
        [*command, "--month", MONTH, "--engine", engine, "--accept", "made up", "--by", "engines"],
        env={**os.environ, "CSC_HOME": str(home.root)},
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = sum(after[:2]) - sum(before[:2])
    print(f"{engine}: {time.monotonic() - began:.0f} s, {seconds:.0f} CPU s", flush=True)
    return seconds


@contextmanager
def cluster(workers: int, folder: Path) -> Iterator[str]:
    """The address of a cluster of one machine: a master and its workers, a core each."""
    import pyspark

    classes = Path(pyspark.__file__).parent / "bin" / "spark-class"
    deploy = "org.apache.spark.deploy"
    host, port = CLUSTER.split(":")
    begun: list[subprocess.Popen[bytes]] = []

    def begin(*arguments: str) -> None:
        log = (folder / f"cluster-{len(begun)}.log").open("wb")
        environment = {**os.environ, "SPARK_LOCAL_IP": host, "PYSPARK_PYTHON": sys.executable}
        begun.append(
            subprocess.Popen(
                [str(classes), *arguments], env=environment, stdout=log, stderr=log, cwd=folder
            )
        )

    try:
        begin(f"{deploy}.master.Master", "--host", host, "--port", port, "--webui-port", "0")
        for number in range(workers):
            work = folder / f"worker-{number}"
            begin(
                f"{deploy}.worker.Worker", "--cores", "1", "--memory", "2g", "--webui-port", "0",
                "--work-dir", str(work), f"spark://{CLUSTER}",
            )  # fmt: skip
        yield f"spark://{CLUSTER}"
    finally:
        for process in begun:
            process.terminate()
        for process in begun:
            process.wait(30)


def compared(folder: Path, size: float, workers: int) -> int:
    """Run both, and say what differs: 1 if anything does."""
    plain, spark = Home(folder / "duckdb"), Home(folder / "spark")
    load_key(plain, create=True)
    shutil.copytree(plain.keys, spark.keys)
    dropped(plain, size)
    shutil.copytree(plain.landing, spark.landing)
    run(plain, "duckdb")
    if workers:
        with cluster(workers, folder) as address:
            run(spark, address)
    else:
        run(spark, "spark")
    releases = [home.current.resolve() for home in (plain, spark)]
    tables, rows, found = differences(*(release / "analyst.duckdb" for release in releases))
    pages, others = other_pages(*releases)
    found += [f"{name} is another file" for name in others]
    if releases[0].name != releases[1].name:
        found.append("the releases have other ids")
    print(f"{tables} tables and views of {rows} rows, {pages} files of the report compared:")
    print("\n".join(f"  {each}" for each in found) or "  all the same")
    return int(bool(found))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", type=float, default=0.05, help="of each authority")
    parser.add_argument("--workers", type=int, default=0, help="of a cluster, else this process")
    parser.add_argument("--home", type=Path, help="where the homes are made, to be looked at")
    asked = parser.parse_args(arguments)
    os.environ.pop(ENGINE, None)
    if asked.home:
        return compared(asked.home, asked.size, asked.workers)
    with TemporaryDirectory() as folder:
        return compared(Path(folder), asked.size, asked.workers)


if __name__ == "__main__":
    sys.exit(main())
