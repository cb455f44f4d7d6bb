"""Published releases: their folders and manifests, and whether they are as they were published."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csc_warehouse.errors import CscError, WrongUse
from csc_warehouse.files import sha256_of
from csc_warehouse.places import Home


@dataclass(frozen=True)
class Release:
    """A published release: its folder and its manifest."""

    path: Path
    manifest: dict[str, Any]

    @property
    def release_id(self) -> str:
        return str(self.manifest["release_id"])

    @property
    def analyst_db(self) -> Path:
        return self.path / "analyst.duckdb"

    @property
    def report(self) -> Path:
        return self.path / "report" / "index.html"


def find(home: Home, release_id: str) -> Release | None:
    """The published release of that id (`current` for the newest), if its manifest verifies."""
    path = home.published / release_id
    if not (path / "manifest.json").is_file() or problems(path):
        return None
    manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    return Release(path=path.resolve(), manifest=manifest)


def current(home: Home) -> Release:
    """The release that readers see. Raises CscError where none is published or it is damaged."""
    if not home.current.exists():
        raise CscError(f"Nothing is published in {home.published} yet: run `csc run` first.")
    found = find(home, "current")
    if found is None:
        raise CscError(
            f"The release in {home.current} is damaged: {'; '.join(problems(home.current))}. "
            "Run its month again to replace it."
        )
    return found


def named(home: Home, release_id: str) -> Release:
    """The release of that id, or `current`; WrongUse if there is none, CscError if damaged."""
    if release_id == "current":
        return current(home)
    found = find(home, release_id)
    if found is None:
        known = [path.name for path in _folders(home)]
        if release_id in known:
            faults = "; ".join(problems(home.published / release_id))
            raise CscError(f"Release {release_id} is damaged: {faults}.")
        raise WrongUse(f"There is no release {release_id}. There are: {', '.join(known)}.")
    return found


def order(path: Path) -> tuple[int, int, str]:
    """When the release at `path` came out: later is greater, by the number in its manifest.

    Releases of before there were numbers come first, by the time of their folder.
    """
    number = int(_manifest(path).get("publication", 0))
    return number, path.stat().st_mtime_ns if number == 0 else 0, path.name


def next_publication(home: Home) -> int:
    """The number of the release that comes out next."""
    return 1 + max((order(path)[0] for path in _folders(home)), default=0)


def later_months(home: Home, release: Release) -> list[str]:
    """Months after that of `release` that are published of one of its authorities, in order."""
    found = {
        str(manifest["month"])
        for manifest in manifests(home)
        if manifest["month"] > release.manifest["month"]
        and set(manifest["la_codes"]) & set(release.manifest["la_codes"])
    }
    return sorted(found)


def manifests(home: Home) -> list[dict[str, Any]]:
    """The manifest of each release at hand, damaged ones too."""
    return [_manifest(path) for path in _folders(home)]


def issues_after(home: Home, release_id: str) -> dict[str, str]:
    """By authority, the release that the issues of a release go on from, as its manifest says.

    Nothing of a release that is gone, or of before that was noted.
    """
    path = home.published / release_id
    after: dict[str, str] = _manifest(path).get("issues_after", {}) if path.is_dir() else {}
    return after


def _folders(home: Home) -> list[Path]:
    return sorted(
        path
        for path in home.published.glob("[0-9]*")
        if not path.is_symlink() and (path / "manifest.json").is_file()
    )


def _manifest(path: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def problems(path: Path) -> list[str]:
    """What is wrong with the release at `path`: files missing or not as its manifest says."""
    manifest_path = path / "manifest.json"
    if not manifest_path.is_file():
        return ["no manifest.json"]
    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    found = []
    for name, digest in manifest["files"].items():
        file = path / name
        if not file.is_file():
            found.append(f"{name} is missing")
        elif sha256_of(file) != digest:
            found.append(f"{name} was changed")
    return found
