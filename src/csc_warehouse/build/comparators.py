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
from csc_warehouse.settings import Home

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
_NO_FIGURE = (
    "select '' as table_name, '' as measure, "
    + ", ".join(f"'' as {name}" for name in _PLACES)
    + ", '' as figure, '' as _load_id, '' as _source_file, cast(0 as bigint) as _row_number "
    "where false"
)
_NO_NEIGHBOUR = (
    "select '' as la_code, '' as model_version, 0 as neighbour_rank, '' as neighbour_la_code, "
    "'' as closeness where false"
)
_MODEL = "neighbours_"


def create_views(
    connection: duckdb.DuckDBPyConnection, home: Home, load: lake.LoadManifest | None
) -> None:
    """Make `raw_published.figure` and `.neighbour` over the files of `load`; empty without one."""
    connection.execute("create schema if not exists raw_published")
    figures, neighbours = [_NO_FIGURE], [_NO_NEIGHBOUR]
    if load is not None:
        for table, columns, rows in _landed_tables(home, load):
            if table.startswith(_MODEL):
                neighbours.append(_neighbours(table.removeprefix(_MODEL), columns, rows))
            else:
                figures.append(_figures(table, columns, rows))
    for name, selects in (("figure", figures), ("neighbour", neighbours)):
        connection.execute(
            f"create or replace view raw_published.{name} as "
            + "\nunion all by name\n".join(selects)
        )


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
            path = str(file).replace("'", "''")
            yield table.name, columns, f"read_parquet('{path}', hive_partitioning = false)"


def _columns(table: str) -> list[PublishedColumn]:
    """The columns of a layout, each once."""
    found = {item.column_name: item for item in reversed(column_map()) if item.table_name == table}
    return list(reversed(found.values()))


def _named(columns: Sequence[PublishedColumn], role: str) -> list[str]:
    return [_quoted(column.column_name) for column in columns if column.role == role]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _figures(table: str, columns: Sequence[PublishedColumn], rows: str) -> str:
    """A row for each figure of a layout; a blank one too, so that it is known to be blank."""
    present = {column.role: _quoted(column.column_name) for column in columns}
    places = ", ".join(
        f"{present.get(name, 'cast(null as varchar)')} as {name}" for name in _PLACES
    )
    kept = f"'{table}' as table_name, {places}, _load_id, _source_file, _row_number"
    if "measure_name" in present:
        return (
            f"select {kept}, {present['measure_name']} as measure, {present['figure']} as figure "
            f"from {rows}"
        )
    categories = _named(columns, "category")
    category = "concat_ws(' | ', " + ", ".join(["''", *categories]) + ")" if categories else "''"
    measures = ", ".join(_named(columns, "measure"))
    return (
        f"select * exclude (category, measure_column), measure_column || category as measure "
        f"from (select {kept}, {category} as category, {measures} from {rows}) "
        f"unpivot include nulls (figure for measure_column in ({measures}))"
    )


def _neighbours(model_version: str, columns: Sequence[PublishedColumn], rows: str) -> str:
    """A row for each rank of each authority."""
    known = {column.column_name for column in columns}
    ranks = [name.removeprefix("neighbour_") for name in known if name.startswith("neighbour_")]
    return "\nunion all\n".join(
        f"select la_code, '{model_version}' as model_version, {rank} as neighbour_rank, "
        f"neighbour_{rank} as neighbour_la_code, "
        + (f"closeness_{rank}" if f"closeness_{rank}" in known else "cast(null as varchar)")
        + f" as closeness from {rows} where la_code is not null"
        for rank in sorted(ranks, key=int)
    )
