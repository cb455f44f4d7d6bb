"""What stands of releases and candidates under CSC_HOME, and how a release goes."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from csc_warehouse.files import move, sweep
from csc_warehouse.places import Home

RELEASE_NAME = re.compile(r"\d{4}-\d{2}-[0-9a-f]{12}")


def published_releases(home: Home) -> list[Path]:
    """Every published release, whole or damaged."""
    return [path for path in sorted(home.published.glob("*")) if RELEASE_NAME.fullmatch(path.name)]


def candidate_folders(home: Home) -> list[Path]:
    """Release candidates, and groups of authorities of one: all can be built again."""
    found = [*sorted(home.work.glob("*")), *sorted(home.groups.glob("*"))]
    return [path for path in found if RELEASE_NAME.fullmatch(path.name)]


def remove_release(path: Path) -> None:
    """Out of readers' sight at once, then gone."""
    if path.exists():
        hidden = path.with_name(f".{path.name}.removed")
        shutil.rmtree(hidden, ignore_errors=True)  # what a killed removal of its like left
        move(path, hidden)
        shutil.rmtree(hidden)


def manifest_of(release: Path) -> dict[str, Any]:
    """A release's manifest; empty where it has none."""
    path = release / "manifest.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def commands_again(manifests: Sequence[Mapping[str, Any]], shown: Mapping[str, Any]) -> list[str]:
    """What brings releases back that were removed, but the one that `shown` replaces."""
    return [
        " ".join(["csc run --month", manifest["month"]] + [f"--la {la}" for la in las])
        for manifest in manifests
        if manifest and (las := manifest["la_codes"])
        if any(shown.get(name) != manifest[name] for name in ("month", "la_codes"))
    ]


def sweep_all(home: Home) -> None:
    """Remove what killed processes left aside, wherever they write, on other machines too."""
    places = (home.lake, home.quarantine, home.work, home.published, home.keys)
    sweep(*places, home.root / "certificates", home.root / "journal", others_write=False)
