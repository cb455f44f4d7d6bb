"""Change one rule at a time and see whether a test fails: `make mutate`.

In a copy of the project, each mutant of a target is judged by the narrowest tests that there are:
an indicator and a macro of dates by the dbt unit tests of the models that they are in, in one dbt;
a Python module by its own tests. What `results.csv` holds of the same file is not done again. A
survivor that changes nothing stands with its reason in `accepted.csv`; any other lacks a test.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import hashlib
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Protocol

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
RESULTS, ACCEPTED = HERE / "results.csv", HERE / "accepted.csv"
COLUMNS = ("path", "line", "place", "change", "source", "result", "seconds")
CAUGHT, SURVIVED = "caught", "survived"

#: CPU seconds that tests may take on one mutant: more, and it has made them run for ever.
MOST_SECONDS = 60
#: Of the models that a macro is in, so many are tested at a time, until one fails.
MODELS_AT_A_TIME = 6

sys.path.insert(0, str(HERE.parent))
from mutation.mutants import Mutant, mutants  # noqa: E402


class Judge(Protocol):
    """Says of a file of the copy, which has been changed, whether its tests still pass.

    `seconds` is the CPU time that tests have taken so far.
    """

    seconds: float

    def passes(self, path: str, /) -> bool: ...


@dataclass(frozen=True)
class Target:
    """Files whose rules are changed, and who judges them; macros of other engines are left out."""

    pattern: str
    judge: Callable[[Path], Judge]


# --- dbt ------------------------------------------------------------------------------------------


class DbtJudge:
    """The dbt unit tests of the models of a file, in one dbt with the project parsed once."""

    def __init__(self, copy: Path) -> None:
        os.environ["CSC_PROJECT"] = str(copy)
        sys.path.insert(0, str(copy / "src"))
        from csc_warehouse.build import candidate as candidates
        from csc_warehouse.build import transform
        from csc_warehouse.build.version import code_version
        from csc_warehouse.places import Home

        self.seconds = 0.0
        home = Home(copy / "mutation")
        nothing = candidates.Candidate(
            directory=home.work / "nothing",
            scratch=home.work / "dbt",
            release_id="nothing",
            month="2022-09",
            as_at_date=date(2022, 9, 30),
            code_version=code_version(),
            loads=(),
        )
        shutil.copytree(candidates.blank(nothing.scratch), nothing.directory)
        # Makes the empty tables of which the tests read the types.
        nothing.dbt.unit_test("no_such_model")
        self._dbt = nothing.dbt
        self._copy = copy
        self._project = transform._parse(transform.kept_folder(nothing.scratch))
        self._tested = {test.model for test in self._project.unit_tests.values()}

    def passes(self, path: str) -> bool:
        text = (self._copy / path).read_text(encoding="utf-8")
        if "/macros/" in path:
            return self._passes_with_macros(text)
        name = Path(path).stem
        (model,) = (each for each in self._project.nodes.values() if each.name == name)
        before, model.raw_code = model.raw_code, text
        try:
            return self._passes([name])
        finally:
            model.raw_code = before

    def _passes_with_macros(self, text: str) -> bool:
        """As the models say that have the macros of the file whose text has changed."""
        changed = [
            macro
            for macro in self._project.macros.values()
            if macro.package_name == "csc_warehouse" and f"macro {macro.name}(" in text
        ]
        before = {macro.unique_id: macro.macro_sql for macro in changed}
        moved = []
        for macro in changed:
            start = text.index(f"{{% macro {macro.name}(")
            end = text.index("endmacro", start)
            end = text.index("%}", end) + 2
            if text[start:end].strip() != macro.macro_sql.strip():
                macro.macro_sql = text[start:end]
                moved.append(macro)
        try:
            models = sorted(self._models_of({macro.unique_id for macro in moved}))
            random.Random(0).shuffle(models)
            return all(
                self._passes(models[first : first + MODELS_AT_A_TIME])
                for first in range(0, len(models), MODELS_AT_A_TIME)
            )
        finally:
            for macro in changed:
                macro.macro_sql = before[macro.unique_id]

    def _models_of(self, macros: set[str]) -> set[str]:
        """The tested models with one of the macros, or with one that calls it."""
        names = {name.rpartition(".")[2].partition("__")[2] for name in macros} - {""}
        found = macros | {name for name in self._project.macros if name.split(".")[-1] in names}
        while True:
            callers = {
                name
                for name, macro in self._project.macros.items()
                if found & set(macro.depends_on.macros)
            }
            if callers <= found:
                break
            found |= callers
        return {
            node.name
            for node in self._project.nodes.values()
            if node.name in self._tested and found & set(node.depends_on.macros)
        }

    def _passes(self, models: Sequence[str]) -> bool:
        arguments = ["test", "--resource-type", "unit_test", "--select", *models]
        began = time.process_time()
        try:
            self._dbt._invoke(arguments, self._project)
        except Exception:  # a test that fails, or SQL that is none any more
            return False
        finally:
            self.seconds += time.process_time() - began
        return True


# --- pytest ---------------------------------------------------------------------------------------


class PytestJudge:
    """The tests of a module, lane after lane until one fails."""

    lanes: tuple[tuple[str, ...], ...] = ()

    def __init__(self, copy: Path) -> None:
        self.seconds = 0.0
        self._copy = copy
        self._environment = os.environ | {
            "PYTHONPATH": f"{copy / 'src'}:{copy / 'tests'}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "CSC_PROJECT": str(copy),
        }

    def passes(self, _path: str, /) -> bool:
        return all(self._passes(lane) for lane in self.lanes)

    def _passes(self, lane: Sequence[str]) -> bool:
        began = _children_seconds()
        code = subprocess.run(
            [sys.executable, *_PYTEST, *lane],
            cwd=self._copy,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=_limited,
            check=False,
        ).returncode
        self.seconds += _children_seconds() - began
        if code == 5:
            raise SystemExit(f"There is no test in {' '.join(lane)}.")
        return code == 0


_PYTEST = ("-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist")


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


#: A test that builds both releases.
_BUILDING = (sys.executable, *_PYTEST, "-k", "no_other", "tests/month/test_revision.py")


class LandingJudge(PytestJudge):
    lanes = (
        ("tests/unit/intake/test_landing.py",),
        ("tests/unit/intake/test_landing_refusals.py", "tests/unit/intake/test_local.py"),
        ("tests/unit/intake/test_landing_properties.py",),
    )


class SuppressionJudge(PytestJudge):
    """Without the tests that need a month that was built: they are about the whole road."""

    lanes = (
        ("tests/unit/disclosure", "-k", "not warehouse and not handful and not random_tables"),
        ("tests/unit/disclosure", "-k", "random_tables"),
    )

    def __init__(self, copy: Path) -> None:
        super().__init__(copy)
        self._environment["CSC_RANDOM_TABLES"] = "400"


class RevisionJudge(PytestJudge):
    """The tests of revisions, on two releases that were built once: what moved is made again."""

    lanes = (("--noconftest", "-p", "mutation.built_once", "tests/month/test_revision.py"),)

    def __init__(self, copy: Path) -> None:
        super().__init__(copy)
        built = copy / "mutation" / "built"
        built.parent.mkdir(exist_ok=True)
        subprocess.run(
            [*_BUILDING, f"--basetemp={built}"],
            cwd=copy,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        self._environment["CSC_BUILT_ONCE"] = str(built)


TARGETS = (
    Target("dbt_project/models/indicators/*/ind_*.sql", DbtJudge),
    Target("dbt_project/macros/dates.sql", DbtJudge),
    Target("src/csc_warehouse/intake/adapters/tabular.py", LandingJudge),
    Target("src/csc_warehouse/disclosure/suppression.py", SuppressionJudge),
    Target("src/csc_warehouse/ask/revision.py", RevisionJudge),
    Target("src/csc_warehouse/ask/sql/*revis*.sql", RevisionJudge),
)


# --- The run --------------------------------------------------------------------------------------


def tracked() -> list[str]:
    """The files of the project, new ones too."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for path in listed.stdout.splitlines() if (PROJECT / path).is_file()]


@contextlib.contextmanager
def copied() -> Iterator[Path]:
    """A copy of the project to change."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        for path in tracked():
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PROJECT / path, Path(folder) / path)
        yield Path(folder)


def all_mutants() -> list[tuple[Target, Mutant, str]]:
    """Every mutant with its target and the hash of its file."""
    found = []
    for path in tracked():
        for target in TARGETS:
            if not fnmatch(path, target.pattern):
                continue
            source = (PROJECT / path).read_text(encoding="utf-8")
            digest = hashlib.sha256(source.encode()).hexdigest()[:12]
            found += [
                (target, mutant, digest)
                for mutant in mutants(path, source)
                if not _of_another_engine(source, mutant.start)
            ]
    return found


def _of_another_engine(source: str, start: int) -> bool:
    """Whether a place is in a macro for Spark, which no test here can run."""
    macro = source.rfind("{% macro ", 0, start)
    return macro >= 0 and source.startswith("{% macro spark__", macro)


def read(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def accepted() -> set[tuple[str, str, str]]:
    """The survivors that change nothing, by file, line and change."""
    return {(row["path"], row["place"], row["change"]) for row in read(ACCEPTED)}


def run(chosen: Sequence[tuple[Target, Mutant, str]]) -> None:
    """Judge each mutant and add a row to results.csv, the mutants of a judge together."""
    is_new = not RESULTS.is_file()
    with copied() as copy, RESULTS.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        if is_new:
            writer.writerow(COLUMNS)
        for kind in dict.fromkeys(target.judge for target, _, _ in chosen):
            ours = [(mutant, digest) for target, mutant, digest in chosen if target.judge is kind]
            judge = kind(copy)
            for path in dict.fromkeys(mutant.path for mutant, _ in ours):
                if not judge.passes(path):
                    raise SystemExit(f"The tests of {path} fail as it stands.")
            for mutant, digest in ours:
                began = judge.seconds
                source = (PROJECT / mutant.path).read_text(encoding="utf-8")
                (copy / mutant.path).write_text(mutant.applied(source), encoding="utf-8")
                try:
                    result = SURVIVED if judge.passes(mutant.path) else CAUGHT
                finally:
                    (copy / mutant.path).write_text(source, encoding="utf-8")
                seconds = judge.seconds - began
                place = (mutant.path, mutant.line, mutant.place, mutant.change)
                writer.writerow((*place, digest, result, f"{seconds:.2f}"))
                file.flush()
                print(f"{result:9}{mutant.path}:{mutant.line}  {mutant.change}", flush=True)


def report(known: Sequence[tuple[Target, Mutant, str]]) -> int:
    """Say how many of how many are caught, by target, and where the others are; how many those."""
    results: dict[tuple[Any, ...], str] = {}
    for row in read(RESULTS):
        results[row["path"], row["place"], row["change"], row["line"], row["source"]] = row[
            "result"
        ]
    equal = accepted()
    left: list[Mutant] = []
    for target in TARGETS:
        counts: Counter[str] = Counter()
        ours = [each for each in known if each[0] is target]
        for _, mutant, digest in ours:
            result = results.get((*mutant.name, str(mutant.line), digest), "not run")
            if result == SURVIVED and mutant.name in equal:
                result = "accepted"
            counts[result] += 1
            if result == SURVIVED:
                left.append(mutant)
        if ours:
            done = counts[CAUGHT] + counts[SURVIVED] + counts["accepted"]
            print(
                f"{target.pattern}: {counts[CAUGHT]} of {done} caught, {counts['accepted']} change "
                f"nothing, {counts[SURVIVED]} lack a test; {len(ours)} mutants in all"
            )
    for mutant in left:
        print(f"  {mutant.path}:{mutant.line}  {mutant.change}\n      {mutant.place}")
    return len(left)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", action="append", help="files by pattern, such as *tabular.py")
    parser.add_argument("--limit", type=int, help="how many to run, taken at random")
    parser.add_argument("--seed", type=int, default=0, help="of what is taken at random")
    parser.add_argument("--retry", action="store_true", help="run those that survived again")
    parser.add_argument("--report", action="store_true", help="only say what is known")
    options = parser.parse_args()
    known = [
        each
        for each in all_mutants()
        if not options.only or any(fnmatch(each[1].path, pattern) for pattern in options.only)
    ]
    if not options.report:
        done = {
            (row["path"], row["line"], row["place"], row["change"], row["source"])
            for row in read(RESULTS)
            if row["result"] == CAUGHT or not options.retry
        }
        equal = accepted()
        waiting = [
            each
            for each in known
            if (each[1].path, str(each[1].line), each[1].place, each[1].change, each[2]) not in done
            and not (options.retry and each[1].name in equal)
        ]
        if options.limit is not None and options.limit < len(waiting):
            chosen = random.Random(options.seed).sample(range(len(waiting)), options.limit)
            waiting = [waiting[index] for index in sorted(chosen)]
        if waiting:
            run(waiting)
    return min(report(known), 1)


if __name__ == "__main__":
    sys.exit(main())
