"""`make faults`: kill, terminate and starve every command that writes, at each file operation.

A road is a command on a home that is ready for it. The road is walked once undisturbed: that gives
the names of its points, and what the home must look like in the end. Then one fault at a time on a
fresh copy: a signal, an error of the file system or a jump of the clock at one operation, or the
command twice at once, while ten readers look at the current release. Afterwards nothing may be lost
or mixed, what was said is one sentence with its exit code, and the same command again must end as
the undisturbed one did, file for file and table for table.

    python tests/faults/faults.py --budget 600 --seed 1

What `--results` holds already is not done again.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import duckdb

sys.path.insert(0, str(Path(__file__).parents[1]))

from csc_warehouse import journal, lake
from csc_warehouse.files import sha256_of
from csc_warehouse.intake import landing
from csc_warehouse.places import Home
from csc_warehouse.run_month import steps
from csc_warehouse.run_month.order import TO_CHECKED
from library.hand_month import drop_hand_month
from library.places import PROJECT

LA, MONTH, NEXT = "999", "2022-09", "2022-10"
SIGNALS = {"SIGKILL": -signal.SIGKILL, "SIGTERM": -signal.SIGTERM}
ERRORS = ("ENOSPC", "EIO", "EROFS")
KINDS = (*SIGNALS, *ERRORS, "CLOCK-1D", "CLOCK+1Y", "TWICE")
#: What everything but a signal may end with; 0 where it was got over.
GOT_OVER_OR_FAILED = {0, 3}
READERS = 10
#: A command that takes longer hangs.
SECONDS = 300
COLUMNS = ("road", "point", "kind", "seed", "fault", "seconds")
#: Tables of a release that say how long something took.
TIMED = ("ops.model_run",)
#: A small month: what a person, a worker and a postcode stand in.
FEW = ("ssd_person", "ssd_cin_episodes", "ssd_cla_placement", "ssd_contacts")


@dataclass(frozen=True)
class Road:
    """A command, and the name of the home (`homes`) that is ready for it."""

    name: str
    home: str
    command: str


ERASE = f"erase --yes --la {LA} --person P02 --reason r1"
DECIDE = "issues accept --rule {rule} --until 2023-04-01 --reason known --by Reviewer"
ACCEPT = "--accept known --by Reviewer"
ROADS = (
    Road("land", "dropped", f"land --la {LA} --month {MONTH}"),
    Road("erase", "landed", ERASE),
    Road("retention", "months", "retention --keep-months 1"),
    Road("rekey", "landed", "rekey --yes"),
    Road("issues", "published", DECIDE),
    Road("check", "next", f"check --gate raw --la {LA} --month {NEXT}"),
    Road("build", "next", f"build --la {LA} --month {NEXT}"),
    Road("check marts", "built", f"check --gate marts --la {LA} --month {NEXT}"),
    Road("publish", "checked", f"publish --la {LA} --month {NEXT} {ACCEPT}"),
    Road("report", "published", "report"),
    Road("run", "next", f"run --la {LA} --month {NEXT} {ACCEPT}"),
    Road("erase published", "published", ERASE),
    Road("rekey published", "published", "rekey --yes"),
)
#: What costs a few seconds each.
SHORT = ("land", "erase", "retention", "rekey")


@dataclass(frozen=True)
class Fault:
    """What happens on a road at the operation of that number, whose name is `point`."""

    road: Road
    point: str
    kind: str
    seed: int
    number: int

    @property
    def is_beside(self) -> bool:
        """Whether it happens in the command's second process."""
        return self.point.startswith("beside ")

    @property
    def codes(self) -> set[int]:
        """What the command may end with: a fault that it did not live to see changes nothing."""
        if self.kind in SIGNALS and not self.is_beside:
            return {0, SIGNALS[self.kind]}
        return GOT_OVER_OR_FAILED


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what a reader met meanwhile that was not whole."""

    code: int
    said: str
    half_seen: tuple[str, ...] = ()


@dataclass
class Course:
    """The roads in a folder: homes that are ready, and each road walked undisturbed."""

    folder: Path
    points: dict[str, list[str]] = field(default_factory=dict)
    ends: dict[str, dict[str, str]] = field(default_factory=dict)

    def homes(self, name: str) -> Home:
        """A home that is ready, made if it is not there."""
        home = Home(self.folder / "homes" / name)
        if not (home.root / ".ready").exists():
            shutil.rmtree(home.root, ignore_errors=True)
            if (before := _BEFORE.get(name)) is not None:
                shutil.copytree(self.homes(before).root, home.root, symlinks=True)
                (home.root / ".ready").unlink()
            _make(name, home)
            (home.root / ".ready").touch()
        return home

    def walk(self, road: Road) -> None:
        """Walk a road undisturbed."""
        if road.name in self.ends:
            return
        home, trace = self.copy(road), self.folder / "trace"
        trace.write_text("")
        ended = self.run(road, home, {"trace": str(trace)})
        if ended.code:
            raise SystemExit(f"{road.name} does not work undisturbed: {ended.said}")
        self.points[road.name] = trace.read_text().splitlines()
        _complete_journal(home)
        self.ends[road.name] = state(home)

    def copy(self, road: Road) -> Home:
        """A fresh home of a road."""
        home = Home(self.folder / "home")
        shutil.rmtree(home.root, ignore_errors=True)
        shutil.copytree(self.homes(road.home).root, home.root, symlinks=True)
        return home

    def command(self, road: Road) -> list[str]:
        """The words of a road's command, with a rule that has issues."""
        rule = _rule(self.homes(road.home)) if "{rule}" in road.command else ""
        return road.command.format(rule=rule).split()

    def start(self, road: Road, home: Home, fault: Mapping[str, object]) -> subprocess.Popen[str]:
        program = PROJECT / "tests" / "library" / "faulty_command.py"
        return subprocess.Popen(
            [sys.executable, str(program), *self.command(road)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "CSC_HOME": str(home.root), "CSC_FAULT": json.dumps(fault)},
        )

    def run(self, road: Road, home: Home, fault: Mapping[str, object]) -> Ended:
        """Run the command of a road to its end, while others read the current release."""
        with read_by_many(home) as half_seen:
            begun = [self.start(road, home, fault)]
            if fault.get("kind") == "TWICE":
                begun.append(self.start(road, home, fault))
            try:
                said = "".join(process.communicate(timeout=SECONDS)[1] for process in begun)
            except subprocess.TimeoutExpired:
                said = "it does not end"
            for process in begun:
                process.kill()
                process.wait()
        return Ended(max(each.returncode for each in begun), said, tuple(sorted(half_seen)))

    def faults(self, roads: Sequence[Road], seed: int, kinds: Sequence[str]) -> Iterator[Fault]:
        """Faults in an order of the seed: each named point of each road with each kind."""
        dice = random.Random(seed)
        found = []
        for road in roads:
            self.walk(road)
            for name, numbers in self.numbers(road).items():
                found += [
                    Fault(road, name, kind, seed, dice.choice(numbers))
                    for kind in kinds
                    if kind != "TWICE" and not (kind.startswith("CLOCK") and "beside " in name)
                ]
            found += [Fault(road, "start", "TWICE", seed, 1 << 30)] * ("TWICE" in kinds)
        return iter(dice.sample(found, len(found)))

    def numbers(self, road: Road) -> dict[str, list[int]]:
        """The points of a road by name, each with its numbers among those of its process."""
        counts: Counter[bool] = Counter()
        by_name: dict[str, list[int]] = {}
        for name in self.points[road.name]:
            is_beside = name.startswith("beside ")
            counts[is_beside] += 1
            by_name.setdefault(name, []).append(counts[is_beside])
        return by_name

    def wrong(self, fault: Fault) -> str | None:
        """What goes wrong with a fault, in words; None where nothing does."""
        self.walk(fault.road)
        home = self.copy(fault.road)
        happens = {"kind": fault.kind, "number": fault.number, "beside": fault.is_beside}
        ended = self.run(fault.road, home, happens)
        if ended.half_seen:
            return f"a reader met {ended.half_seen[0]}"
        if ended.code not in fault.codes:
            return f"exit code {ended.code}: {ended.said[-300:]}"
        if wrongly_said(ended):
            return f"said {ended.said[-300:]!r}"
        # Once more would be another key; of two at once one has made it.
        if fault.road.name.startswith("rekey") and (ended.code == 0 or fault.kind == "TWICE"):
            return self.differs(fault.road, home)
        again = self.run(fault.road, home, {"kind": "SIGKILL", "number": 1 << 30})
        if again.code:
            return f"again: exit code {again.code}: {again.said[-300:]}"
        if again.half_seen:
            return f"again: a reader met {again.half_seen[0]}"
        return self.differs(fault.road, home)

    def differs(self, road: Road, home: Home) -> str | None:
        """What of a home is not as it is where nothing went wrong."""
        lost = [load.load_id for load in _loads(home) if not _balances(load)]
        if lost:
            return f"rows are lost in {lost}"
        _complete_journal(home)
        broken = journal.verify(home).fault
        if broken:
            return f"journal: {broken}"
        wanted, found = self.ends[road.name], state(home)
        for path in sorted(wanted.keys() | found.keys()):
            if wanted.get(path) != found.get(path):
                what = (
                    "is left" if path not in wanted else "is missing" if path not in found else ""
                )
                return f"{path} {what or 'differs'}"
        return None


# --- Homes ----------------------------------------------------------------------------------------

#: The home that each begins with.
_BEFORE = {
    "landed": "dropped",
    "months": "landed",
    "next": "published",
    "built": "next",
    "checked": "built",
}


def _make(name: str, home: Home) -> None:
    if name == "dropped":
        drop_few(home, MONTH)
    elif name == "landed":
        landing.land(home, LA, MONTH, settle_seconds=0)
    elif name == "months":
        drop_few(home, NEXT)
        landing.land(home, LA, NEXT, settle_seconds=0)
    elif name == "published":
        drop_hand_month(home, MONTH)
        steps.run_month(home, [LA], MONTH, accept="a test", accepted_by="a test")
    elif name == "next":
        drop_hand_month(home, NEXT)
        landing.land(home, LA, NEXT, settle_seconds=0)
    elif name == "built":
        for step in TO_CHECKED[:-1]:
            steps.alone(step, home, [LA], NEXT)
    elif name == "checked":
        steps.alone(TO_CHECKED[-1], home, [LA], NEXT)


def drop_few(home: Home, month: str) -> None:
    """Drop a few tables of the hand-made month, one row of which can't be read."""
    folder = drop_hand_month(home, month)
    for path in folder.iterdir():
        if path.stem not in FEW:
            path.unlink()
    with (folder / "ssd_contacts.csv").open("a") as file:
        file.write("C90,P03\n")
    (folder / "remarks.csv").write_text("what,who\nfor the file,P03\n")


def _rule(home: Home) -> str:
    with duckdb.connect(str(home.current / "analyst.duckdb"), read_only=True) as connection:
        sql = "select min(rule_id) from dq.issue where state = 'open'"
        return str((connection.execute(sql).fetchone() or ("",))[0])


# --- What a home looks like -----------------------------------------------------------------------


def state(home: Home) -> dict[str, str]:
    """Each file of a home that lasts, with a hash of what it says; each table of a release."""
    found = {f"journal: {act}": "" for act in _acts(home)}
    for path in sorted(home.root.rglob("*")):
        name = path.relative_to(home.root).as_posix()
        if path.is_dir() and not path.is_symlink():
            continue
        if name.startswith(("work/dbt/", "work/.at_work", "journal/", ".ready")):
            continue
        if "temp" in path.parts or path.suffix == ".lock":
            continue
        found[name] = _said(path)
        if path.suffix == ".duckdb" and home.published in path.parents:
            found |= {f"{name}: {table}": said for table, said in _tables(path)}
    return found


def _complete_journal(home: Home) -> None:
    """What was begun looks as cut off until the next act, which completes it (docs/journal.md)."""
    journal.record(home, journal.Act.SETTINGS, about={"la_codes": LA})


def _acts(home: Home) -> Iterator[str]:
    """What the journal tells, without how often and when."""
    if journal.path_of(home).is_file():
        for text in journal.path_of(home).read_text(encoding="utf-8").splitlines():
            line = json.loads(text)
            yield f"{line['act']} {json.dumps(line['about'], sort_keys=True)}"


def _said(path: Path) -> str:
    """A hash of a file; '' where that depends on when it was written."""
    if path.is_symlink():
        return str(path.readlink())
    if path.parent.name == "certificates":
        raw = json.loads(path.read_text(encoding="utf-8"))
        return json.dumps({name: raw[name] for name in raw if name != "completed_at"})
    is_of_release = any(part in ("published", "work", "_checks") for part in path.parts)
    return "" if is_of_release else hashlib.sha256(path.read_bytes()).hexdigest()


def _tables(database: Path) -> Iterator[tuple[str, str]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        for schema, table in names:
            if f"{schema}.{table}" not in TIMED:
                sql = f"select count(*), sum(hash(row)) from {schema}.{table} as row"
                yield f"{schema}.{table}", str(connection.execute(sql).fetchone())


@contextmanager
def read_by_many(home: Home) -> Iterator[set[str]]:
    """Ten read the current release all the time; what they meet that is not whole is gathered."""
    half_seen: set[str] = set()
    ended = Event()

    def look(dice: random.Random) -> None:
        while not ended.wait(0.25):
            half_seen.update(read(home, dice))

    with ThreadPoolExecutor(READERS) as readers:
        at_it = [readers.submit(look, random.Random(number)) for number in range(READERS)]
        try:
            yield half_seen
        finally:
            ended.set()
            for each in at_it:
                each.result()


def read(home: Home, dice: random.Random) -> Iterator[str]:
    """What a reader of the current release meets that is not whole: nothing, it must be.

    All files must be there, and a file of the dice's choice be that of the manifest.
    """
    if not home.current.is_symlink():
        return
    try:
        folder = home.current.resolve(strict=True)
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if manifest["release_id"] != folder.name:
            yield f"{folder.name} with the manifest of {manifest['release_id']}"
        wrong = [name for name in manifest["files"] if not (folder / name).is_file()]
        chosen = dice.choice(list(manifest["files"]))
        if not wrong and sha256_of(folder / chosen) != manifest["files"][chosen]:
            wrong.append(chosen)
        # A release that is replaced goes when another is current.
        if wrong and home.current.resolve() == folder:
            yield f"{folder.name} without {wrong[0]}"
    except FileNotFoundError as error:
        if home.current.is_symlink() and not home.current.exists():
            yield f"no release: {error}"


def wrongly_said(ended: Ended) -> bool:
    """Whether a command that failed said anything but one sentence of it, or Python spoke."""
    failures = [line for line in ended.said.splitlines() if line.startswith("Failed. ")]
    by_python = re.search(r"Traceback|Warning\b|a fault of this program", ended.said)
    return bool(by_python) or len(failures) != (1 if ended.code == 3 else 0)


def _loads(home: Home) -> list[lake.LoadManifest]:
    return lake.every_manifest(home)


def _balances(load: lake.LoadManifest) -> bool:
    return all(
        each.rows_in == each.rows_kept + each.rows_quarantined + each.rows_erased
        for each in (load, *load.files, *load.tables)
    )


# --- The tool -------------------------------------------------------------------------------------


def _known(results: Path) -> set[tuple[str, ...]]:
    if not results.is_file():
        return set()
    with results.open(encoding="utf-8", newline="") as file:
        return {tuple(row[name] for name in COLUMNS[:4]) for row in csv.DictReader(file)}


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Faults and failures by road and kind, and the names of points that were met."""
    done = Counter((row["road"], row["kind"]) for row in rows)
    failed = Counter((row["road"], row["kind"]) for row in rows if row["fault"])
    roads = dict.fromkeys(row["road"] for row in rows)
    lines = ["road".ljust(18) + "".join(kind.rjust(10) for kind in KINDS) + "points".rjust(9)]
    for road in roads:
        cells = [
            f"{done[road, kind]}" + (f" ({failed[road, kind]})" if failed[road, kind] else "")
            for kind in KINDS
        ]
        points = len({row["point"] for row in rows if row["road"] == road})
        lines.append(road.ljust(18) + "".join(cell.rjust(10) for cell in cells) + f"{points:9}")
    for operation in ("fsync", "rename"):
        met = sum(row["kind"] in ERRORS and f"{operation} " in row["point"] for row in rows)
        lines.append(f"{met} of the errors at {operation}")
    lines.append(f"{len(rows)} faults, {sum(failed.values())} failures (in brackets)")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--budget", type=float, default=600, help="seconds")
    parser.add_argument("--seed", type=int, default=1, help="which operation of each name")
    parser.add_argument("--roads", nargs="*", default=[road.name for road in ROADS])
    parser.add_argument("--kinds", nargs="*", default=KINDS, choices=KINDS, metavar="KIND")
    parser.add_argument("--results", type=Path, help="a file to go on with; in --folder without it")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()) / "csc-faults", help="for homes"
    )
    asked = parser.parse_args()
    begun = time.monotonic()
    asked.folder.mkdir(parents=True, exist_ok=True)
    results = asked.results or asked.folder / "results.csv"
    known, is_new = _known(results), not results.is_file()
    course = Course(asked.folder)
    roads = [road for road in ROADS if road.name in asked.roads]
    with results.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        if is_new:
            writer.writeheader()
        for fault in course.faults(roads, asked.seed, asked.kinds):
            if time.monotonic() - begun > asked.budget:
                break
            place = (fault.road.name, fault.point, fault.kind, str(fault.seed))
            if place in known:
                continue
            started = time.monotonic()
            wrong = course.wrong(fault)
            seconds = f"{time.monotonic() - started:.1f}"
            writer.writerow(dict(zip(COLUMNS, (*place, wrong or "", seconds), strict=True)))
            file.flush()
            if wrong:
                print(f"{' | '.join(place)}: {wrong}", flush=True)
    with results.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    print(table(rows))
    return int(any(row["fault"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
