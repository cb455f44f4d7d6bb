"""What moved between two releases: each restated figure, and the records that moved it.

The tables are declared in models/indicators/aggregation/_revision__sources.yml and made from it.
Publication writes them into the new release, against the one that readers saw until then; `csc
diff` makes them for any two. The rule is the same SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import yaml

from csc_warehouse.ask.rule import figure_rule
from csc_warehouse.errors import WrongUse
from csc_warehouse.places import DBT_PROJECT
from csc_warehouse.sql import statement

DECLARATION = DBT_PROJECT / "models" / "indicators" / "aggregation" / "_revision__sources.yml"

#: Where a record came from says nothing of what it says.
_ORIGIN = frozenset({"load_id", "source_file", "row_number"})

#: What follows from other fields is named only where none of those changed.
_DERIVED = ("age_", "days_", "has_", "is_", "working_days_")

#: The value of these is a sum over what is counted, divided or not: each part has its share of it.
_ADDED_UP = (
    "count_of_records",
    "count_of_children",
    "share_of_records",
    "share_of_children",
)


def write(
    connection: duckdb.DuckDBPyConnection,
    before: str,
    after: str,
    target: str,
    code: str | None = None,
) -> None:
    """Fill the two tables in `target`, a schema, from the releases attached as `before`, `after`.

    Both are names of attached analyst databases, the earlier one first; authorities and figures
    that only one of them has are not compared, with `code` no other indicator.
    """
    create(connection, target)
    names = {"before": before, "after": after, "target": target}
    connection.execute(statement(__package__, "restated_figures", **names, code=code))
    codes = [
        str(row[0])
        for row in connection.execute(
            "select distinct indicator_code from restated_figures order by indicator_code"
        ).fetchall()
    ]
    if codes:
        _explain(connection, before, after, target, codes)
    connection.execute("drop table temp.restated_figures")


def _explain(
    connection: duckdb.DuckDBPyConnection,
    before: str,
    after: str,
    target: str,
    codes: Sequence[str],
) -> None:
    """Find the records that moved the restated figures, which are of the indicators `codes`."""
    names = {"before": before, "after": after, "target": target}
    sides = [
        {"database": before, "views": _counted_views(connection, before), "is_later": "false"},
        {"database": after, "views": _counted_views(connection, after), "is_later": "true"},
    ]
    connection.execute(statement(__package__, "counted_rows", sides=sides, codes=codes))
    for name in ("detail_rows", "revised_records", "compared_fields"):
        connection.execute(statement(__package__, name, **names))
    tables = [
        str(row[0])
        for row in connection.execute(
            "select distinct record_table from revised_records order by record_table"
        ).fetchall()
    ]
    for table in tables:
        _compare_fields(connection, before, after, table)
    for name in ("record_revisions", "units", "figure_revisions"):
        connection.execute(
            statement(__package__, name, **names, rule=figure_rule(), added_up=_words(_ADDED_UP))
        )
    for name in ("counted_rows", "detail_rows", "revised_records", "compared_fields", "units"):
        connection.execute(f"drop table temp.{name}")


def _counted_views(connection: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    """The views of a release in which the rows behind the restated figures are, schema in front.

    Not fct_indicator_detail, if there are others: to look up how each record is described, which is
    not asked here, took ten seconds of planning.
    """
    found = connection.execute(statement(__package__, "counted_views", database=database))
    (views,) = found.fetchone() or (None,)
    return views or ["indicators.fct_indicator_detail"]


def create(
    connection: duckdb.DuckDBPyConnection, target: str, declaration: Path = DECLARATION
) -> None:
    """Make the declared tables in the schema `target`, empty: what the first release has."""
    for table in declared_tables(declaration):
        columns = ", ".join(
            f"{column['name']} {column['data_type']}"
            + ("" if column.get("meta", {}).get("nullable") else " not null")
            for column in table["columns"]
        )
        key = ", ".join(table["meta"]["primary_key"])
        connection.execute(
            f"create or replace table {target}.{table['name']} ({columns}, primary key ({key}))"
        )


def declared_tables(declaration: Path = DECLARATION) -> list[dict[str, Any]]:
    """The tables of a declaration with their columns, as the dbt project declares them."""
    declared = yaml.safe_load(declaration.read_text(encoding="utf-8"))
    return list(declared["sources"][0]["tables"])


def is_comparable(analyst_db: Path) -> bool:
    """Whether the release has what a comparison reads: those of the first versions may not."""
    if not analyst_db.is_file():
        return False
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        found = connection.execute(statement(__package__, "comparable_columns")).fetchone()
    return found == (5,)


def published(after: Path) -> duckdb.DuckDBPyConnection:
    """What `compare` gives, as an analyst database holds it: against the release shown before it.

    Written when it came out, by the same SQL; to read it takes no time.
    """
    connection = duckdb.connect()
    connection.execute("attach $path as after_release (read_only)", {"path": str(after)})
    for table in declared_tables():
        connection.execute(
            f"create view {table['name']} as from after_release.indicators.{table['name']}"
        )
    return connection


def compare(before: Path, after: Path, code: str | None = None) -> duckdb.DuckDBPyConnection:
    """A connection in memory whose schema `main` holds the two tables for two analyst databases.

    The one as at the earlier date is taken as `before`; with `code` they hold that indicator alone.
    Raises WrongUse where the two releases have no authority in common.
    """
    connection = duckdb.connect()
    connection.execute("attach $path as before_release (read_only)", {"path": str(before)})
    connection.execute("attach $path as after_release (read_only)", {"path": str(after)})
    common = connection.execute(statement(__package__, "common_authorities")).fetchone()
    if common == (0,):
        raise WrongUse("The two releases have no authority in common.")
    write(connection, "before_release", "after_release", "memory.main", code)
    return connection


def moved(
    connection: duckdb.DuckDBPyConnection,
    code: str | None = None,
    *,
    la_codes: Sequence[str] | None = None,
    records: bool = False,
) -> list[dict[str, Any]]:
    """What a connection of `compare` found, a dictionary for each row.

    Without `code` one row per authority and indicator, with its newest figure that moved; with it
    each figure and its parts, the newest first; with `records` the records that moved. Raises
    WrongUse for a code that the register does not have.
    """
    known = connection.execute(
        "select count(*) from after_release.reference.indicator where indicator_code = ?", [code]
    ).fetchone()
    if code is not None and known == (0,):
        raise WrongUse(f"There is no indicator {code}. `csc diff` without it lists what moved.")
    name = "moved" if code is None else "moved_records" if records else "moved_figures"
    cursor = connection.execute(
        statement(__package__, name),
        {"code": code, "la_codes": list(la_codes) if la_codes else None},
    )
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _words(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _columns(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> list[str]:
    return [
        str(row[0])
        for row in connection.execute(
            statement(__package__, "columns_of_fact"), {"database": database, "table": table}
        ).fetchall()
    ]


def _compare_fields(
    connection: duckdb.DuckDBPyConnection, before: str, after: str, table: str
) -> None:
    """Add what is different in each revised record of a fact to `compared_fields`.

    A month-end row is no record that anybody wrote: there, what it was made of is compared.
    """
    columns = _columns(connection, after, table)
    if not columns or not _columns(connection, before, table):
        return
    names = {"before": before, "after": after, "table": table, "key": columns[0]}
    parts = [
        _fields_sql(
            connection, before, after, table, statement(__package__, "own_records", table=table)
        )
    ]
    for column in columns[1:] if table.endswith("_month") else ():
        entity = column.removesuffix("_key")
        if _columns(connection, after, f"fct_{entity}"):
            made_of = statement(__package__, "made_of", column=column, **names)
            parts.append(
                _fields_sql(connection, before, after, f"fct_{entity}", made_of, f"{entity}.")
            )
    connection.execute(
        f"insert into compared_fields select '{table}' as record_table, * "
        f"from ({' union all '.join(parts)})"
    )


def _fields_sql(
    connection: duckdb.DuckDBPyConnection,
    before: str,
    after: str,
    table: str,
    keys: str,
    origin: str = "",
) -> str:
    """SQL: for each key, whether the record was there before and is now, and what differs."""
    known = _columns(connection, before, table)
    key, *columns = [name for name in _columns(connection, after, table) if name in known]
    said = [name for name in columns if name not in _ORIGIN]
    return statement(
        __package__,
        "fields",
        before=before,
        after=after,
        table=table,
        key=key,
        keys=keys,
        origin=origin,
        recorded=[name for name in said if not name.startswith(_DERIVED)],
        derived=[name for name in said if name.startswith(_DERIVED)],
    )
