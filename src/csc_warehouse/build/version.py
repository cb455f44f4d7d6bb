"""Which code this is: what makes another release of the same files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from csc_warehouse.settings import DBT_PROJECT, EXPECTATIONS, SEEDS

#: What makes a number: a change in any of these files makes another release.
_CODE = (
    (Path(__file__).parents[1], "**/*.py"),
    (DBT_PROJECT / "models", "**/*"),
    (DBT_PROJECT / "macros", "**/*"),
    (DBT_PROJECT / "tests", "**/*"),
    (EXPECTATIONS, "**/*.yml"),
    (SEEDS, "**/*"),
)


@cache
def code_version() -> str:
    """Hash of every file that decides a number: Python, SQL, seeds, expectations."""
    return hash_of(_CODE)


def hash_of(patterns: Iterable[tuple[Path, str]]) -> str:
    """Hash of the names and contents of all files that match, each pattern below its root."""
    digest = hashlib.sha256()
    for root, pattern in patterns:
        for path in sorted(root.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
