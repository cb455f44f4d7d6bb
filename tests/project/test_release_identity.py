"""A release's identity is what it is made of: every tracked file decides it, or has its reason."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from csc_warehouse.build import version
from library.places import PROJECT

SOURCE = PROJECT / "src"
PACKAGE = SOURCE / "csc_warehouse"

#: What decides nothing of what a release holds, and why. `*` is any text, slashes too.
DECIDES_NOTHING = {
    ".*": "how the project is checked, ignored and submitted",
    "[A-Z]*.md": "for people",
    "docs/*": "for people",
    "LICENSE": "for people",
    "tests/*": "proof, not product",
    "Makefile": "calls what is hashed",
    "dbt_project/long_models.csv": "what is still too long, for a test",
    "dbt_project/not_stored.csv": "why a column goes nowhere, for a page",
    "dags/*": "when and in what order, no logic",
    "[Dd]ocker*": "where Airflow runs; what computes in an image is asked of its installation",
    "pyproject.toml": "what may be installed; what is locked and what is installed is asked",
    "requirements-lint.lock": "how the project is checked",
    "requirements-postgres.lock": "the driver that carries a release to a server",
    "requirements-spark.lock": "another engine for the same rows",
    "lint/*": "how sqlfluff reads SQL",
    "src/.sqlfluff": "how SQL is checked",
    "src/csc_fictional/*": "makes extracts, which have hashes of their own",
    "src/csc_warehouse/command/*": "calls the steps and prints what they return",
    "src/csc_warehouse/privacy/*": "takes rows out of the lake, which the lake's own ids say",
    "src/csc_warehouse/readers/*": "copies a release that is there to its readers",
    "src/csc_warehouse/ask/__init__.py": "a docstring",
    "src/csc_warehouse/ask/comparison.py": "reads a release that is there",
    "src/csc_warehouse/ask/indicators.py": "reads a release that is there",
    "src/csc_warehouse/ask/issues.py": "reads a release that is there",
    "src/csc_warehouse/ask/status.py": "reads releases that are there",
}

#: What is declared and computes nothing of a release, and why.
COMPUTES_NOTHING = {
    "apache-airflow": "says when, and calls the same functions",
    "dbt-spark": "another engine for the same rows: a release is one whichever built it",
    "httpx": "speaks with a local Airflow",
    "psycopg": "carries a release that is there to a server",
    "psutil": "looks after the processes of a local Airflow",
    "pyspark": "another engine for the same rows",
    "rich": "the screen of the command",
    "typer": "the words of the command",
}


def tracked() -> list[str]:
    """What git tracks and is still there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    return [name for name in listed if name and (PROJECT / name).is_file()]


def hashed() -> set[str]:
    return {
        path.relative_to(PROJECT).as_posix()
        for path in version.files_that_decide(PACKAGE, PROJECT).values()
    }


def test_every_tracked_file_decides_or_has_its_reason() -> None:
    decides = hashed() | {version.LOCK}
    excused = {
        name: [pattern for pattern in DECIDES_NOTHING if fnmatchcase(name, pattern)]
        for name in tracked()
    }
    assert len(decides) > 500
    assert (
        [name for name, patterns in excused.items() if name not in decides and not patterns]
        == [
            # Let version.py hash it, or say in DECIDES_NOTHING why a release does not depend on it.
        ]
    )
    assert [name for name, patterns in excused.items() if name in decides and patterns] == []


def test_every_reason_is_needed() -> None:
    names = tracked()
    assert [
        pattern
        for pattern in DECIDES_NOTHING
        if not any(fnmatchcase(name, pattern) for name in names)
    ] == []


def modules() -> dict[str, Path]:
    return {
        ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): path
        for path in SOURCE.rglob("*.py")
    }


def imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """The modules of ours that the file imports, wherever in it, or names in a string."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module in known:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield node.module
            yield from (name for name in names if name in known)
        elif isinstance(node, ast.Constant) and node.value in known:
            yield str(node.value)


def test_what_decides_imports_nothing_that_does_not() -> None:
    """But for packages that only hold such modules, and have nothing but a docstring."""
    known, decides = modules(), hashed()
    empty = {
        name
        for name, path in known.items()
        if len(ast.parse(path.read_text(encoding="utf-8")).body) < 2
    }
    assert [
        f"{name} imports {other}"
        for name, path in known.items()
        if path.relative_to(PROJECT).as_posix() in decides
        for other in imported(path, known)
        if known[other].relative_to(PROJECT).as_posix() not in decides and other not in empty
    ] == []


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lock and the tracked files below src, dbt_project, expectations and seeds, elsewhere."""
    folder = tmp_path_factory.mktemp("tree")
    for name in tracked():
        if name.startswith((version.LOCK, "src/", "dbt_project/", "expectations/", "seeds/")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PROJECT / name, folder / name)
    return folder


def identity_of(tree: Path) -> str:
    files = version.files_that_decide(tree / "src" / "csc_warehouse", tree)
    return version.identity(files, version.versions_that_compute(tree))


def test_the_same_code_elsewhere_has_the_same_identity(copy: Path) -> None:
    assert identity_of(copy) == identity_of(PROJECT) == version.code_version()
    assert re.fullmatch("[0-9a-f]{12}", version.code_version())


@pytest.mark.parametrize(
    ("pattern", "decides"),
    [
        ("src/csc_warehouse/report/templates/*.j2", True),
        ("src/csc_warehouse/report/assets/*.css", True),
        ("src/csc_warehouse/places.py", True),
        ("src/csc_warehouse/quality/*.py", True),
        ("dbt_project/dbt_project.yml", True),
        ("dbt_project/profiles.yml", True),
        ("dbt_project/macros/*.sql", True),
        ("dbt_project/models/**/*.sql", True),
        ("dbt_project/models/**/*.yml", True),
        ("dbt_project/tests/*.sql", True),
        ("expectations/**/*.yml", True),
        ("seeds/**/*.csv", True),
        ("src/csc_fictional/*.py", False),
        ("src/csc_warehouse/command/*.py", False),
        ("src/csc_warehouse/privacy/*.py", False),
    ],
)
def test_a_comma_more(copy: Path, pattern: str, decides: bool) -> None:
    path = min(copy.glob(pattern))
    before, text = identity_of(copy), path.read_bytes()
    path.write_bytes(text + b",")
    changed = identity_of(copy) != before
    path.write_bytes(text)
    assert changed is decides


def test_another_name_or_a_file_less_is_another_identity(copy: Path) -> None:
    path = min(copy.glob("dbt_project/models/**/*.sql"))
    before = identity_of(copy)
    renamed = path.rename(path.with_name("other.sql"))
    assert identity_of(copy) != before
    renamed.rename(path)
    assert identity_of(copy) == before


def test_what_python_and_editors_leave_behind_changes_nothing(copy: Path) -> None:
    before = identity_of(copy)
    folder = copy / "src" / "csc_warehouse" / "lake"
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "lake.cpython-311.pyc").write_text("compiled")
    (folder / ".lake.py.swp").write_text("open in an editor")
    assert identity_of(copy) == before


def test_another_duckdb_is_another_identity(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = identity_of(PROJECT)
    other = tmp_path / "duckdb-99.0.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: duckdb\nVersion: 99.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert identity_of(PROJECT) != before


@pytest.mark.parametrize(("name", "decides"), [("duckdb", True), ("jinja2", True), ("rich", False)])
def test_another_lock_is_another_identity_where_it_computes(
    copy: Path, name: str, decides: bool
) -> None:
    before, lock = identity_of(copy), copy / version.LOCK
    text = lock.read_text(encoding="utf-8")
    lock.write_text(re.sub(rf"^{name}==\S+", f"{name}==99.0", text, flags=re.M), encoding="utf-8")
    changed = identity_of(copy) != before
    lock.write_text(text, encoding="utf-8")
    assert changed is decides


def test_what_is_declared_computes_or_has_its_reason() -> None:
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {
        re.split(r"[\[<>=]", requirement)[0]
        for requirements in (
            declared["dependencies"],
            *declared["optional-dependencies"].values(),
        )
        for requirement in requirements
    }
    assert names - set(version.COMPUTING) == set(COMPUTES_NOTHING)


def test_what_computes_here_is_what_is_locked() -> None:
    """So that the installation, which is asked, is the lock's."""
    versions = version.versions_that_compute()
    assert {name: versions[name] for name in version.COMPUTING} == {
        name: versions[f"locked {name}"] for name in version.COMPUTING
    }
