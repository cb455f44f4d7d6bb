"""A delivered release in SQL Server: two scripts, made from the release's own contracts.

    to_csv.sql        for DuckDB: each Parquet file of the folder as a CSV that `bulk insert` reads
    sql_server.sql    tables with types, keys and comments, their rows, and the change of schemas

The tables are loaded into schemas of other names and take the place of the last release's in one
transaction. No SQL Server has run it: a test holds tables, columns, lengths and rows against the
release.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined

from csc_warehouse.sql import statement

Keys = Mapping[tuple[str, str], tuple[str, ...]]

#: What the analysts' folder has as Parquet.
SCHEMAS = ("marts", "indicators", "reference", "dq")
#: What the schemas are called in which tables are loaded.
NEW = "csc_new_"
#: DuckDB's types by SQL Server's. Codes and keys differ by case, so texts are compared by bytes.
_TYPES = {
    "VARCHAR": "varchar(4000) collate Latin1_General_100_BIN2_UTF8",
    "DATE": "date",
    "BOOLEAN": "bit",
    "INTEGER": "int",
    "BIGINT": "bigint",
    "HUGEINT": "decimal(38, 0)",
    "DOUBLE": "float(53)",
    "TIMESTAMP": "datetime2(6)",
}
#: A key of SQL Server has at most 1,700 bytes.
_KEY_TEXT = "varchar(200) collate Latin1_General_100_BIN2_UTF8"


@dataclass(frozen=True)
class _Column:
    name: str
    type: str
    is_filled: bool
    comment: str

    @property
    def read(self) -> str:
        """The column as SQL Server reads it from a CSV: true and false are 1 and 0."""
        name = f'"{self.name}"'
        return f"cast({name} as tinyint) as {name}" if self.type == "bit" else name


@dataclass(frozen=True)
class _Table:
    schema: str
    name: str
    comment: str
    columns: tuple[_Column, ...]
    key: tuple[str, ...]


def scripts(connection: duckdb.DuckDBPyConnection, keys: Keys) -> dict[str, str]:
    """Both scripts by the names of their files; `keys` are the contracts' primary keys."""
    tables = list(_tables(connection, keys))
    environment = Environment(
        loader=PackageLoader(__package__, ""),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["quoted"] = lambda text: text.replace("'", "''")
    template = environment.get_template("sql_server.sql.j2")
    return {
        "to_csv.sql": _to_csv(tables),
        "sql_server.sql": template.render(schemas=SCHEMAS, new=NEW, tables=tables),
    }


def _tables(connection: duckdb.DuckDBPyConnection, keys: Keys) -> Iterator[_Table]:
    rows = connection.execute(
        statement(__package__, "columns"), {"schemas": list(SCHEMAS)}
    ).fetchall()
    for (schema, name, comment), described in groupby(rows, lambda row: (row[0], row[1], row[6])):
        key = keys.get((schema, name), ())
        columns = tuple(
            _Column(
                column,
                _KEY_TEXT if column in key and kind == "VARCHAR" else _TYPES[kind],
                is_filled or column in key,
                said,
            )
            for _, _, column, kind, is_filled, said, _ in described
        )
        fits = set(key) <= {column.name for column in columns}
        yield _Table(schema, name, comment, columns, key if fits else ())


def _to_csv(tables: Iterable[_Table]) -> str:
    lines = ["-- In the folder start/, with a folder csv/ in it: duckdb -f to_csv.sql"]
    for table in tables:
        columns = ", ".join(column.read for column in table.columns)
        lines.append(
            f"copy (select {columns} from '../parquet/{table.schema}/{table.name}.parquet') "
            f"to 'csv/{table.schema}.{table.name}.csv' (header, delimiter ',', quote '\"');"
        )
    return "\n".join(lines) + "\n"
