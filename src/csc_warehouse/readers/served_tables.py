"""The tables of a release as a database server has them: columns, types, keys, comments, readers.

Types, not null and comments are those that the release's own databases carry from dbt's contracts,
primary keys those of the contracts themselves. `ROLES` says who may read which table; what no role
names, nobody reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from csc_warehouse.ask.releases import Release
from csc_warehouse.build import transform
from csc_warehouse.report import PUBLIC_FIGURES
from csc_warehouse.sql import literal

#: The schemas of the analyst database that readers see there too.
OF_ANALYSTS = ("marts", "indicators", "reference", "dq", "ops")
#: All schemas that are swapped. `internal` is what the views read; no role reads it.
SCHEMAS = (*OF_ANALYSTS, "internal", "restricted", "members", "served")

#: Each role by what it may read: a schema and a pattern of the tables in it.
ROLES: Mapping[str, tuple[tuple[str, str], ...]] = {
    # Protected figures alone.
    "csc_members": (("served", ".*"), ("members", ".*")),
    # Every figure, no record.
    "csc_officers": (
        ("served", ".*"),
        ("members", ".*"),
        ("reference", ".*"),
        ("indicators", "rpt_.*"),
    ),
    # Records by key; never the way back to the case system's ids.
    "csc_analysts": (
        ("served", ".*"),
        ("members", ".*"),
        *((schema, ".*") for schema in OF_ANALYSTS),
    ),
    # What fails and the way back; never the records by key.
    "csc_quality": (
        ("served", ".*"),
        ("members", ".*"),
        ("reference", ".*"),
        ("dq", ".*"),
        ("restricted", ".*"),
    ),
}

#: DuckDB's types by PostgreSQL's.
_TYPES = {
    "VARCHAR": "text",
    "DATE": "date",
    "BOOLEAN": "boolean",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "numeric",
    "DOUBLE": "double precision",
    "TIMESTAMP": "timestamp",
}

_COLUMNS = (
    "select column_name, data_type, not is_nullable, coalesce(comment, '') from duckdb_columns() "
    "where database_name = $database and schema_name = $schema and table_name = $table "
    "order by column_index"
)


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    is_filled: bool
    comment: str


@dataclass(frozen=True)
class ServedTable:
    """A table: where it stands, its columns, its key, and the query that gives its rows."""

    schema: str
    name: str
    comment: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    query: str


@dataclass(frozen=True)
class ServedView:
    """A view, as the release's own database defines it."""

    schema: str
    name: str
    comment: str
    definition: str
    columns: tuple[Column, ...]


def readable(role: str, schema: str, table: str) -> bool:
    """Whether a role may read a table or a view."""
    return any(
        schema == its_schema and re.fullmatch(pattern, table)
        for its_schema, pattern in ROLES[role]
    )  # fmt: skip


def open_release(release: Release) -> duckdb.DuckDBPyConnection:
    """Both databases of a release, to read: the analysts' own, and `restricted` beside it."""
    connection = duckdb.connect(str(release.analyst_db), read_only=True)
    restricted = literal(release.path / "restricted.duckdb")
    connection.execute(f"attach {restricted} as restricted (read_only)")
    return connection


def tables(
    connection: duckdb.DuckDBPyConnection, release: Release, scratch: Path
) -> Iterator[ServedTable]:
    """Every table to serve of the release that `connection` has open."""
    keys = transform.primary_keys(scratch)
    database = release.analyst_db.stem
    for schema, name, comment in _named(connection, database, "duckdb_tables()", "table_name"):
        if schema in OF_ANALYSTS:
            columns = _columns(connection, database, schema, name)
            key = keys.get((schema, name), ())
            fits = set(key) <= {column.name for column in columns}
            query = f"select * from {schema}.{name}"
            yield ServedTable(schema, name, comment, columns, key if fits else (), query)
    # What the view of the records is made of is a view itself, in SQL that only DuckDB speaks.
    for schema, name, comment in _named(connection, database, "duckdb_views()", "view_name"):
        if schema == "internal":
            columns = _columns(connection, database, schema, name)
            yield ServedTable(
                schema, name, comment, columns, (), f"select * from internal.{name}"
            )  # fmt: skip
    for _, name, comment in _named(connection, "restricted", "duckdb_tables()", "table_name"):
        columns = _columns(connection, "restricted", "main", name)
        query = f"select * from restricted.main.{name}"
        yield ServedTable("restricted", name, comment, columns, (), query)
    yield _public_figures(release)
    yield _release(release)


def views(connection: duckdb.DuckDBPyConnection, release: Release) -> Iterator[ServedView]:
    """The views that readers see, in the SQL of their own database."""
    database = release.analyst_db.stem
    for schema, name, comment in _named(connection, database, "duckdb_views()", "view_name"):
        if schema in OF_ANALYSTS:
            (sql,) = connection.execute(
                "select sql from duckdb_views() where schema_name = ? and view_name = ?",
                [schema, name],
            ).fetchone() or ("",)
            definition = sql.partition(" AS ")[2].rstrip("; \n")
            columns = _columns(connection, database, schema, name)
            yield ServedView(schema, name, comment, definition, columns)


def _named(
    connection: duckdb.DuckDBPyConnection, database: str, listed: str, name: str
) -> list[tuple[str, str, str]]:
    """Schema, name and comment of each table, or view, of a database."""
    return connection.execute(
        f"select schema_name, {name}, coalesce(comment, '') from {listed} "
        "where database_name = $database and not internal order by all",
        {"database": database},
    ).fetchall()


def _columns(
    connection: duckdb.DuckDBPyConnection, database: str, schema: str, table: str
) -> tuple[Column, ...]:
    names = {"database": database, "schema": schema, "table": table}
    return tuple(
        Column(name, _TYPES[kind], is_filled, comment)
        for name, kind, is_filled, comment in connection.execute(_COLUMNS, names).fetchall()
    )


def _public_figures(release: Release) -> ServedTable:
    """The list of which all public forms are made, after disclosure control."""
    said = {
        "la_code": "The authority: DfE three-digit code, 991-999 are fictional",
        "indicator_code": "The indicator",
        "title": "What it counts, in words",
        "period_type": "Kind of period",
        "period_start_date": "First day",
        "period_end_date": "Last day",
        "breakdown": "By what it is broken down; all: by nothing",
        "breakdown_value": "The part of it",
        "unit": "Unit of the value",
        "aggregation": "How it is made of records",
        "numerator": "Counted; null where it is hidden",
        "denominator": "Out of; null where it is hidden",
        "value": "The figure; null where it is hidden or there is none",
        "symbol": "c: hidden to protect children; z: nothing to divide by; x: not available",
    }
    kinds = {
        "period_start_date": ("date", "DATE"),
        "period_end_date": ("date", "DATE"),
        "numerator": ("double precision", "DOUBLE"),
        "denominator": ("double precision", "DOUBLE"),
        "value": ("double precision", "DOUBLE"),
    }
    columns = tuple(
        Column(name, kinds.get(name, ("text", ""))[0], False, text) for name, text in said.items()
    )
    read = ", ".join(
        f"{literal(name)}: {literal(kinds.get(name, ('', 'VARCHAR'))[1])}" for name in said
    )
    file = literal(release.path / PUBLIC_FIGURES)
    query = f"select * from read_csv({file}, header = true, columns = {{{read}}})"
    comment = "One row per public figure, after disclosure control: what members may read."
    return ServedTable("members", "figure", comment, columns, (), query)


def _release(release: Release) -> ServedTable:
    """The one row that says which release this is: everybody may ask."""
    manifest = release.manifest
    query = (
        f"select {literal(release.release_id)}, {literal(manifest['month'])}, "
        f"{literal(manifest['as_at_date'])}::date, {literal(','.join(manifest['la_codes']))}"
    )
    columns = (
        Column("release_id", "text", True, "The release that all schemas are of"),
        Column("month", "text", True, "The month whose end it describes"),
        Column("as_at_date", "date", True, "Its last day"),
        Column("la_codes", "text", True, "Its authorities, comma-joined"),
    )
    return ServedTable(
        "served", "release", "The one row that says which release is served.", columns, (), query
    )
