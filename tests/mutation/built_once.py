"""The fixtures of conftest on releases that were built once; what moved between them is made anew.

A plugin of pytest for `mutate.py`, in the place of conftest.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from csc_warehouse.ask import releases, revision
from csc_warehouse.files import sha256_of
from csc_warehouse.places import Home


@pytest.fixture(scope="session")
def built() -> Path:
    return Path(os.environ["CSC_BUILT_ONCE"])


@pytest.fixture(scope="session")
def done(built: Path) -> tuple[Home, dict[str, Any]]:
    return Home(built / "road"), {}


@pytest.fixture(scope="session")
def corrected(
    built: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Home, releases.Release, releases.Release]:
    """The two releases of conftest's `corrected`, compared again by the code as it is now."""
    root = tmp_path_factory.mktemp("corrected") / "home"
    shutil.copytree(built / "corrected", root, symlinks=True)
    home = Home(root)
    second = releases.current(home)
    first = releases.find(home, second.manifest["compared_with"])
    assert first is not None
    with duckdb.connect(str(second.analyst_db)) as connection:
        connection.execute("attach $path as earlier (read_only)", {"path": str(first.analyst_db)})
        revision.write(connection, "earlier", "analyst", "analyst.indicators")
    manifest = second.manifest | {
        "files": second.manifest["files"] | {"analyst.duckdb": sha256_of(second.analyst_db)}
    }
    (second.path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return home, first, releases.current(home)
