"""Change one rule at a time and see whether a test fails: `make mutate`.

In a copy of the project, each mutant of a target is judged by the narrowest tests that there are:
an indicator and a macro of dates by the dbt unit tests of the models that they are in, in one dbt;
a Python module, with SQL that it runs, by unit tests of its own. What `results.csv` holds of the
same file is not done again. A survivor that changes nothing stands with its reason in
`accepted.csv`; any other lacks a test.
"""

from __future__ import annotations

import argparse
import compileall
import contextlib
import csv
import hashlib
import itertools
import multiprocessing
import os
import py_compile
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
from functools import partial
from pathlib import Path
from typing import Any, Protocol

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
RESULTS, ACCEPTED = HERE / "results.csv", HERE / "accepted.csv"
COLUMNS = ("path", "line", "place", "change", "source", "result", "seconds")
CAUGHT, SURVIVED = "caught", "survived"

#: How many times as long as they take tests may run on a mutant: more, and they would for ever.
MOST_TIMES = 5
#: Of the models that a macro is in, so many are tested at a time, until one fails.
MODELS_AT_A_TIME = 6

import pytest  # noqa: E402

sys.path.insert(0, str(HERE.parent))
from mutation.mutants import Mutant, mutants  # noqa: E402


class Judge(Protocol):
    """Says of each mutant whether a test fails, and what that took: CPU seconds.

    Raises SystemExit where one fails of the files as they stand.
    """

    def judged(self, mutants: Sequence[Mutant], /) -> Iterator[tuple[Mutant, str, float]]: ...


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
        self._tests = Counter(test.model for test in self._project.unit_tests.values())
        self._models = {node.name: node for node in self._project.nodes.values()}

    def judged(self, mutants: Sequence[Mutant], /) -> Iterator[tuple[Mutant, str, float]]:
        """The mutants of models in rounds, those of macros one by one."""
        of_models: dict[str, list[Mutant]] = {}
        of_macros: list[Mutant] = []
        for mutant in mutants:
            if "/macros/" in mutant.path:
                of_macros.append(mutant)
            else:
                of_models.setdefault(mutant.path, []).append(mutant)
        tested = list(self._tests) if of_macros else [Path(path).stem for path in of_models]
        if failed := self._failed(tested):
            raise SystemExit(f"Their tests fail as they stand: {', '.join(sorted(failed))}.")
        for each_round in itertools.zip_longest(*of_models.values()):
            yield from self._round([mutant for mutant in each_round if mutant])
        for mutant in of_macros:
            began = time.process_time()
            result = SURVIVED if self._passes_with_macros(self._changed(mutant)) else CAUGHT
            yield mutant, result, time.process_time() - began

    def _round(self, mutants: Sequence[Mutant]) -> Iterator[tuple[Mutant, str, float]]:
        """One mutant in each of several models, tested together.

        A unit test is given the rows of all that its model reads: it sees no other's change.
        """
        changed = {Path(mutant.path).stem: self._changed(mutant) for mutant in mutants}
        before = {name: self._models[name].raw_code for name in changed}
        began = time.process_time()
        try:
            for name, text in changed.items():
                self._models[name].raw_code = text
            failed = self._failed(list(changed))
        finally:
            for name, text in before.items():
                self._models[name].raw_code = text
        seconds = (time.process_time() - began) / len(mutants)
        for mutant in mutants:
            yield mutant, CAUGHT if Path(mutant.path).stem in failed else SURVIVED, seconds

    def _changed(self, mutant: Mutant) -> str:
        return mutant.applied((self._copy / mutant.path).read_text(encoding="utf-8"))

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
            return not any(
                self._failed(models[first : first + MODELS_AT_A_TIME])
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
            for node in self._models.values()
            if node.name in self._tests and found & set(node.depends_on.macros)
        }

    def _failed(self, models: Sequence[str]) -> set[str]:
        """Those of the models with a test that did not pass, or did not run."""
        arguments = ["test", "--resource-type", "unit_test", "--select", *models]
        outcome = self._dbt._invoke(arguments, self._project)
        results = getattr(outcome.result, "results", None)
        if results is None:
            # One that dbt cannot read keeps it from testing any.
            half = len(models) // 2
            return (
                self._failed(models[:half]) | self._failed(models[half:]) if half else set(models)
            )
        passed = Counter(
            self._project.unit_tests[result.node.unique_id].model
            for result in results
            if str(result.status) == "pass"
        )
        return {model for model in models if passed[model] < self._tests[model]}


# --- pytest ---------------------------------------------------------------------------------------


class PytestJudge:
    """The tests of a module until one fails, the one that failed last time first.

    Each run is the fork of a process that has imported what others wrote: that takes longer than
    most tests.
    """

    def __init__(self, copy: Path, tests: Sequence[str]) -> None:
        self._copy = copy
        self._tests = tests
        self._environment = {
            "PYTHONPATH": f"{copy / 'src'}:{copy / 'tests'}",
            "CSC_PROJECT": str(copy),
        }
        # By the hash of their source: two mutants may be of one second and one size.
        by_hash = py_compile.PycInvalidationMode.CHECKED_HASH
        compileall.compile_dir(copy / "src", quiet=1, invalidation_mode=by_hash)

    def judged(self, mutants: Sequence[Mutant], /) -> Iterator[tuple[Mutant, str, float]]:
        passes, seconds = self._passes(most_seconds=600)
        if not passes:
            raise SystemExit(f"They fail as they stand: {' '.join(self._tests)}")
        most_seconds = int(MOST_TIMES * seconds) + 1
        for mutant in mutants:
            file = self._copy / mutant.path
            source = file.read_text(encoding="utf-8")
            file.write_text(mutant.applied(source), encoding="utf-8")
            try:
                passes, seconds = self._passes(most_seconds)
            finally:
                file.write_text(source, encoding="utf-8")
            yield mutant, SURVIVED if passes else CAUGHT, seconds

    def _passes(self, most_seconds: int) -> tuple[bool, float]:
        """Whether the tests pass within so many CPU seconds, and what they took."""
        said, says = _FORKS.Pipe(duplex=False)
        process = _FORKS.Process(
            target=_tested,
            args=(says, str(self._copy), self._environment, self._tests, most_seconds),
        )
        process.start()
        says.close()
        try:
            code, seconds = said.recv()
        except EOFError:
            code, seconds = -1, float(most_seconds)
        process.join()
        if code == pytest.ExitCode.NO_TESTS_COLLECTED:
            raise SystemExit(f"There is no test in {' '.join(self._tests)}.")
        return code == pytest.ExitCode.OK, seconds


_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    ["pytest", "hypothesis", "numpy", "scipy.optimize", "pyarrow.parquet", "duckdb", "yaml"]
)


def _tested(
    says: Any, copy: str, environment: dict[str, str], tests: Sequence[str], most_seconds: int
) -> None:
    """Run the tests of the copy and say their exit code and what CPU time they took."""
    resource.setrlimit(resource.RLIMIT_CPU, (most_seconds, most_seconds))
    os.chdir(copy)
    os.environ.update(environment)
    sys.path[:0] = environment["PYTHONPATH"].split(":")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    code = int(pytest.main(["-x", "-q", "--ff", "--noconftest", "-p", "no:xdist", *tests]))
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    says.send((code, sum(each.ru_utime + each.ru_stime for each in used)))


def _by(*tests: str) -> Callable[[Path], Judge]:
    return partial(PytestJudge, tests=tests)


_OF_REVISION = _by("tests/unit/ask/test_revision_parts.py")

TARGETS = (
    Target("dbt_project/models/indicators/*/ind_*.sql", DbtJudge),
    Target("dbt_project/macros/dates.sql", DbtJudge),
    Target(
        "src/csc_warehouse/intake/adapters/tabular.py", _by("tests/unit/intake/test_tabular.py")
    ),
    Target(
        "src/csc_warehouse/disclosure/suppression.py",
        _by("tests/unit/disclosure/test_suppression.py"),
    ),
    Target("src/csc_warehouse/ask/revision.py", _OF_REVISION),
    Target("src/csc_warehouse/ask/sql/*revis*.sql", _OF_REVISION),
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
            digests = dict(ours)
            for mutant, result, seconds in kind(copy).judged(list(digests)):
                place = (mutant.path, mutant.line, mutant.place, mutant.change)
                writer.writerow((*place, digests[mutant], result, f"{seconds:.2f}"))
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
