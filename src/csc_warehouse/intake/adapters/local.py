"""Local extensions: documented CSV files of what the national shapes lack, and their templates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from csc_warehouse.errors import WrongUse
from csc_warehouse.intake.adapters.matching import header_of, table_by_headers, table_named
from csc_warehouse.intake.adapters.tabular import Limits, Sheet, open_sheets
from csc_warehouse.lake.declarations import SourceDeclaration, TableDeclaration, load_source


class LocalAdapter:
    """Tables are found by file or sheet name, `return_interviews_202209.csv`; else by columns."""

    source = "local"

    def check_month(self, month: str) -> str | None:
        """A snapshot is taken at the end of any month."""
        del month
        return None

    def open_sheets(self, path: Path, name: str, limits: Limits) -> Iterator[Sheet]:
        """The tables in a file."""
        return open_sheets(path, name, limits, header_of(load_source(self.source), limits))

    def table_of(
        self, declared: SourceDeclaration, name: str, headers: Sequence[str]
    ) -> TableDeclaration | None:
        """The table whose name is in `name`, else the one that the columns fit best."""
        by_name = table_named(declared, name)
        if by_name is not None and by_name.match_headers(headers):
            return by_name
        return table_by_headers(declared, headers)


def template_names() -> list[str]:
    """The local tables that have a template."""
    return [table.name for table in load_source("local").tables]


def template(name: str) -> tuple[str, ...]:
    """The headers of a local table's file; `WrongUse` where there is no such table."""
    if name not in template_names():
        raise WrongUse(f"There is no template {name}. Known: {', '.join(template_names())}.")
    return tuple(column.name for column in load_source("local").table(name).delivered)


def dictionary(name: str) -> list[tuple[str, str]]:
    """Each column of a local table with what it holds; `WrongUse` where there is no such table."""
    columns = set(template(name))
    declared = load_source("local").table(name)
    return [(item.name, item.description) for item in declared.columns if item.name in columns]
