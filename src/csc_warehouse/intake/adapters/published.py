"""Published statistics: the open-data files of the DfE and the ONS, as downloaded.

What columns a file may have, by layout and version of it, is data: published_column.csv. Files are
recognised and read by their columns' names; the order differs between them and never matters.
"""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from csc_warehouse.intake.adapters.tabular import Limits, Sheet, open_sheets
from csc_warehouse.lake import PUBLISHED
from csc_warehouse.lake.declarations import (
    DROP,
    KEEP,
    LATEST_SNAPSHOT,
    TECHNICAL,
    ColumnDeclaration,
    SourceDeclaration,
    TableDeclaration,
    normalised_header,
)
from csc_warehouse.places import SEEDS

COLUMN_MAP = SEEDS / "comparators" / "published_column.csv"

#: Described, and of no use to a number.
NOT_STORED = ("lait_data_dictionary",)

#: Without these a file has another layout.
_NEEDED = ("period", "geography_level", "category", "measure_name", "figure", "neighbour")

_TECHNICAL = (
    ("_load_id", "varchar"),
    ("_la_code", "varchar"),
    ("_extract_month", "varchar"),
    ("_source_file", "varchar"),
    ("_row_number", "bigint"),
)


@dataclass(frozen=True)
class PublishedColumn:
    """A column of a layout: its name with us, what it is for, and its header in some version."""

    table_name: str
    layout_version: int
    header: str
    column_name: str
    role: str


@cache
def column_map() -> tuple[PublishedColumn, ...]:
    """Every column of every layout, in the map's order."""
    with COLUMN_MAP.open(encoding="utf-8", newline="") as file:
        return tuple(
            PublishedColumn(
                row["table_name"],
                int(row["layout_version"]),
                row["header"],
                row["column_name"],
                row["role"],
            )
            for row in csv.DictReader(file)
        )


@cache
def declaration() -> SourceDeclaration:
    """The layouts as tables; a header of another version of a layout is an alias of its column."""
    by_table: dict[str, dict[str, list[PublishedColumn]]] = defaultdict(lambda: defaultdict(list))
    for column in column_map():
        by_table[column.table_name][column.column_name].append(column)
    tables = tuple(
        TableDeclaration(
            table,
            tuple(
                ColumnDeclaration(
                    name=name,
                    kind=DROP if spellings[0].role == "not used" else KEEP,
                    aliases=tuple(normalised_header(item.header) for item in spellings),
                )
                for name, spellings in columns.items()
            )
            + tuple(
                ColumnDeclaration(name=name, kind=TECHNICAL, data_type=data_type)
                for name, data_type in _TECHNICAL
            ),
        )
        for table, columns in by_table.items()
    )
    return SourceDeclaration(
        name=PUBLISHED,
        schema="raw_published",
        tables=tables,
        required_tables=(),
        tables_not_stored=NOT_STORED,
        merge=LATEST_SNAPSHOT,
        digest=hashlib.sha256(COLUMN_MAP.read_bytes()).hexdigest()[:16],
    )


class PublishedAdapter:
    """A file holds one layout, told by its columns alone."""

    source = PUBLISHED

    def check_month(self, month: str) -> str | None:
        """Published statistics belong to no month: they name their years themselves."""
        del month
        return None

    def open_sheets(self, path: Path, name: str, limits: Limits) -> Iterator[Sheet]:
        """The tables in a file."""
        return open_sheets(path, name, limits)

    def table_of(
        self, declared: SourceDeclaration, name: str, headers: Sequence[str]
    ) -> TableDeclaration | None:
        """The layout whose places and categories are all there, and most of whose columns are.

        Measures come and go between releases, so one is enough; several layouts share theirs.
        """
        del name
        fits: list[tuple[int, TableDeclaration]] = []
        for table in declared.tables:
            found = table.match_headers(headers).keys()
            columns = [column for column in column_map() if column.table_name == table.name]
            needed = {column.column_name for column in columns if column.role in _NEEDED}
            measures = {column.column_name for column in columns if column.role == "measure"}
            if needed <= found and (not measures or measures & found):
                fits.append((len(found), table))
        most = max((matched for matched, _ in fits), default=0)
        best = [table for matched, table in fits if matched == most]
        return best[0] if len(best) == 1 else None
