"""What was landed of published statistics, as two views that dbt reads: figures and neighbours.

A wide file has a measure in each column: here each becomes a row, named by its column and the
categories of its row (`children_percent | CLA on 31 March | …`). What a measure is good for is
decided in dbt, from seeds/comparators.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from csc_warehouse import lake
from csc_warehouse.intake.adapters.published import PublishedColumn, column_map
from csc_warehouse.places import Home
from csc_warehouse.sql import literal, statement

#: The columns of `raw_published.figure` that a layout may or may not have.
_PLACES = (
    "period",
    "geography_level",
    "country_code",
    "region_code",
    "region_name",
    "la_code",
    "geography_name",
    "geography_number",
)
_MODEL = "neighbours_"


def create_views(
    connection: duckdb.DuckDBPyConnection, home: Home, load: lake.LoadManifest | None
) -> None:
    """Make `raw_published.figure` and `.neighbour` over the files of `load`; empty without one."""
    connection.execute("create schema if not exists raw_published")
    figures, neighbours = [], []
    if load is not None:
        for table, columns, rows in _landed_tables(home, load):
            if table.startswith(_MODEL):
                neighbours.append(_neighbours(table.removeprefix(_MODEL), columns, rows))
            else:
                figures.append(_figures(table, columns, rows))
    connection.execute(statement(__package__, "published_figure", places=_PLACES, layouts=figures))
    connection.execute(statement(__package__, "published_neighbour", layouts=neighbours))


def _landed_tables(
    home: Home, load: lake.LoadManifest
) -> Iterator[tuple[str, list[PublishedColumn], str]]:
    """Each layout of the load, the columns that it came with, and its rows as SQL."""
    for table in load.tables:
        columns = [
            column
            for column in _columns(table.name)
            if column.column_name in table.columns_known and column.role != "not used"
        ]
        for file in lake.parquet_files(home, load, table.name):
            # The folders are named la_code=…: DuckDB would take that for the file's own column.
            landed = f"read_parquet({literal(file)}, hive_partitioning = false)"
            numbers = " ".join(
                f"when {literal(name)} then {literal(number)}"
                for name, number in load.file_numbers().items()
            )
            numbered = f"case _source_file {numbers} end as _source_file"
            rows = f"(select * replace ({numbered}) from {landed})"
            yield table.name, columns, rows


def _columns(table: str) -> list[PublishedColumn]:
    """The columns of a layout, each once."""
    found = {item.column_name: item for item in reversed(column_map()) if item.table_name == table}
    return list(reversed(found.values()))


def _named(columns: Sequence[PublishedColumn], role: str) -> list[str]:
    return [_quoted(column.column_name) for column in columns if column.role == role]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _figures(table: str, columns: Sequence[PublishedColumn], rows: str) -> dict[str, object]:
    """How a layout's `rows` say their place, their measure and their figure."""
    present = {column.role: _quoted(column.column_name) for column in columns}
    return {
        "table": table,
        "rows": rows,
        "places": {name: present.get(name, "cast(null as varchar)") for name in _PLACES},
        "measure_name": present.get("measure_name"),
        "figure": present.get("figure"),
        "categories": _named(columns, "category"),
        "measures": _named(columns, "measure"),
    }


def _neighbours(
    model_version: str, columns: Sequence[PublishedColumn], rows: str
) -> dict[str, object]:
    """The ranks of a model, and the column that says how close the neighbour of each is."""
    known = {column.column_name for column in columns}
    ranks = [name.removeprefix("neighbour_") for name in known if name.startswith("neighbour_")]
    return {
        "model_version": model_version,
        "rows": rows,
        "ranks": [
            (rank, name if (name := f"closeness_{rank}") in known else "cast(null as varchar)")
            for rank in sorted(ranks, key=int)
        ],
    }
