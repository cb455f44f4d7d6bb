"""One adapter per source: which months it takes, and which table a file or sheet holds.

A new source is one module here and one `_<source>__sources.yml`; its files are read by `tabular`
unless the adapter brings its own `open_sheets` (XML).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import pyarrow as pa

from csc_warehouse.errors import WrongUse
from csc_warehouse.intake.adapters import annex_a, cin_census, local, ssd, ssda903
from csc_warehouse.intake.adapters.tabular import Limits, Sheet
from csc_warehouse.lake.declarations import SourceDeclaration, TableDeclaration


class Adapter(Protocol):
    """What landing asks of a source."""

    source: str

    def check_month(self, month: str) -> str | None:
        """Why the source can't be of that month ('YYYY-MM'), or None where it can."""
        ...

    def open_sheets(self, path: Path, name: str, limits: Limits) -> Iterator[Sheet]:
        """The tables in a file; raises `Unreadable` where it can't be read."""
        ...

    def table_of(
        self, declared: SourceDeclaration, name: str, headers: Sequence[str]
    ) -> TableDeclaration | None:
        """The declared table that a file or sheet called `name` with `headers` holds."""
        ...


@runtime_checkable
class SaysMore(Protocol):
    """What an adapter may add for `csc inspect`: more of a table than its name and columns."""

    def particulars(self, path: Path, headers: Sequence[str], rows: pa.Table) -> dict[str, str]:
        """What can be told of a file from its headers and some rows (declared columns, text).

        Keys are `collection_year` ('2021-22') and `dialect` (a case system); never a value.
        """
        ...


ADAPTERS: dict[str, Adapter] = {
    adapter.source: adapter
    for adapter in (
        ssd.SsdAdapter(),
        annex_a.AnnexAAdapter(),
        ssda903.Ssda903Adapter(),
        cin_census.CinCensusAdapter(),
        local.LocalAdapter(),
    )
}


def adapter_for(source: str) -> Adapter:
    """The adapter of `source`; `WrongUse` where there is none."""
    if source not in ADAPTERS:
        raise WrongUse(f"No source is called {source}. Known: {', '.join(sorted(ADAPTERS))}.")
    return ADAPTERS[source]
