"""Where a file belongs that does not belong where it lies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from csc_warehouse.intake.adapters import ADAPTERS, Adapter
from csc_warehouse.intake.adapters.tabular import Unreadable
from csc_warehouse.intake.apart import BeyondLimits, Readers
from csc_warehouse.intake.dropped import misplaced
from csc_warehouse.lake.declarations import load_source

#: Sources that deliver years: a name like `2011-12` is a collection year.
ANNUAL = ("ssda903", "cin_census")


@dataclass(frozen=True)
class Place:
    """A folder of landing: `<la_code>/<month>/<source>`."""

    la_code: str
    month: str
    source: str


def place_of(path: Path) -> Place | None:
    """The folder of landing that a file lies in, by its name; None where it is another folder."""
    la_code, month, source = ("", "", "", *path.resolve().parent.parts)[-3:]
    is_month = re.fullmatch(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])", month)
    is_place = source in ADAPTERS and is_month and re.fullmatch(r"\d{3}", la_code)
    return Place(la_code, month, source) if is_place else None


def wrong_place(adapter: Adapter, name: str, la_code: str, month: str) -> str | None:
    """Why a source's file of that name can't be of that authority and month; None where it can."""
    wrong_month = adapter.check_month(month)
    if wrong_month:
        return f"{wrong_month}."
    wrong_name = misplaced(name, la_code, month, is_annual=adapter.source in ANNUAL)
    return f"{wrong_name}. Move it, or name it rightly." if wrong_name else None


def sources_of(readers: Readers, path: Path) -> dict[str, str]:
    """The sources that know a table of a file, and which table; none where nobody does."""
    found: dict[str, str] = {}
    for adapter in ADAPTERS.values():
        try:
            for sheet in readers.open_sheets(adapter, path, path.name):
                table = adapter.table_of(load_source(adapter.source), sheet.title, sheet.headers)
                if table is not None:
                    found.setdefault(adapter.source, table.name)
        except BeyondLimits:
            break
        except Unreadable:
            continue
    return found


def elsewhere(readers: Readers, path: Path, source: str) -> tuple[str, str] | None:
    """Why a file that is no table of `source` is in the wrong folder, and what to do; or None."""
    others = {name: table for name, table in sources_of(readers, path).items() if name != source}
    if not others:
        return None
    name, table = next(iter(others.items()))
    return (
        f"it is no table of {source} but {table} of {name}",
        f"Move it into the folder {name} of its month.",
    )
