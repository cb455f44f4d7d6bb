"""A second release of a month without building it: the first one under another name."""

from __future__ import annotations

import json
import shutil

from csc_warehouse.ask.releases import Release
from csc_warehouse.files import link_atomically
from csc_warehouse.places import Home

#: What the other release is named, after its month.
OTHER = "ffffffffffff"


def release_again(home: Home, first: Release) -> str:
    """Publish `first` once more, as a release that replaces it: its id. The files are the same."""
    other = f"{first.manifest['month']}-{OTHER}"
    shutil.copytree(first.path, home.published / other)
    manifest = first.manifest | {"release_id": other, "publication": 2}
    (home.published / other / "manifest.json").write_text(json.dumps(manifest))
    for path in (home.lake / "_checks" / "issue").rglob("*.parquet"):
        shutil.copyfile(path, path.with_name(f"000002_{other}.parquet"))
    link_atomically(home.current, other)
    return other
