"""What stands of releases and candidates under CSC_HOME, and how a release goes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from csc_warehouse.files import move
from csc_warehouse.settings import Home

RELEASE_NAME = re.compile(r"\d{4}-\d{2}-[0-9a-f]{12}")


def published_releases(home: Home) -> list[Path]:
    """Every published release, whole or damaged."""
    return [path for path in sorted(home.published.glob("*")) if RELEASE_NAME.fullmatch(path.name)]


def candidate_folders(home: Home) -> list[Path]:
    """Release candidates: all can be built again."""
    return [path for path in sorted(home.work.glob("*")) if RELEASE_NAME.fullmatch(path.name)]


def remove_release(path: Path) -> None:
    """Out of readers' sight at once, then gone."""
    if path.exists():
        hidden = path.with_name(f".{path.name}.removed")
        shutil.rmtree(hidden, ignore_errors=True)  # what a killed removal of its like left
        move(path, hidden)
        shutil.rmtree(hidden)
