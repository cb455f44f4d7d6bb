"""Where a file belongs that does not belong where it lies."""

from __future__ import annotations

from pathlib import Path

from csc_warehouse.intake.adapters import ADAPTERS
from csc_warehouse.intake.adapters.tabular import Limits, Unreadable
from csc_warehouse.lake.declarations import load_source


def sources_of(path: Path, limits: Limits) -> dict[str, str]:
    """The sources that know a table of a file, and which table; none where nobody does."""
    found: dict[str, str] = {}
    for adapter in ADAPTERS.values():
        try:
            for sheet in adapter.open_sheets(path, path.name, limits):
                table = adapter.table_of(load_source(adapter.source), sheet.title, sheet.headers)
                if table is not None:
                    found.setdefault(adapter.source, table.name)
        except Unreadable:
            continue
    return found


def elsewhere(path: Path, source: str, limits: Limits) -> tuple[str, str] | None:
    """Why a file that is no table of `source` is in the wrong folder, and what to do; or None."""
    others = {name: table for name, table in sources_of(path, limits).items() if name != source}
    if not others:
        return None
    name, table = next(iter(others.items()))
    return (
        f"it is no table of {source} but {table} of {name}",
        f"Move it into the folder {name} of its month.",
    )
