"""What each release said of each figure, so that "what did we say in March" is a query.

`rpt_indicator_as_reported`, declared in models/indicators/aggregation/_as_reported__sources.yml, is
carried from each release to the next, which adds what it says anew and no more. It holds counts of
all kinds, as `rpt_indicator` does: it is for those who read `analyst.duckdb`, and nothing that goes
to the public is made of it.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from csc_warehouse.ask import revision
from csc_warehouse.places import DBT_PROJECT
from csc_warehouse.sql import literal, statement

DECLARATION = DBT_PROJECT / "models" / "indicators" / "aggregation" / "_as_reported__sources.yml"
TABLE = "rpt_indicator_as_reported"


def write(
    connection: duckdb.DuckDBPyConnection, earlier: Path | None, release: str, target: str
) -> None:
    """Fill the table in `target`, a schema, with what was said up to `release`.

    `release` is the name of its attached analyst database, `earlier` the folder of the release
    that it goes on from. One of a version without this table is read itself, and so are those that
    it was compared with in its turn.
    """
    revision.create(connection, target, DECLARATION)
    reported = f"{target}.{TABLE}"
    for folder in _going_back(earlier):
        connection.execute(f"attach {literal(folder / 'analyst.duckdb')} as said (read_only)")
        if _has_table(connection, "said"):
            connection.execute(
                f"create or replace temp table reported_figures as "
                f"select * from said.indicators.{TABLE}"
            )
        else:
            _add(connection, "said", reported)
        reported = "temp.reported_figures"
        connection.execute("detach said")
    _add(connection, release, reported)
    connection.execute(
        f"insert into {target}.{TABLE} select * from temp.reported_figures order by all"
    )
    connection.execute("drop table temp.reported_figures")


def _add(connection: duckdb.DuckDBPyConnection, release: str, reported: str) -> None:
    connection.execute(statement(__package__, "reported_figures", after=release, reported=reported))


def _going_back(earlier: Path | None) -> list[Path]:
    """The releases to read, oldest first: back to the newest that has the table."""
    found: list[Path] = []
    while earlier is not None and revision.is_comparable(earlier / "analyst.duckdb"):
        found.insert(0, earlier)
        with duckdb.connect(str(earlier / "analyst.duckdb"), read_only=True) as connection:
            if _has_table(connection, "analyst"):
                break
        manifest = json.loads((earlier / "manifest.json").read_text(encoding="utf-8"))
        name = manifest.get("compared_with")
        earlier = earlier.parent / name if name else None
    return found


def _has_table(connection: duckdb.DuckDBPyConnection, database: str) -> bool:
    found = connection.execute(
        "select 1 from duckdb_tables() where database_name = $database and table_name = $table",
        {"database": database, "table": TABLE},
    )
    return found.fetchone() is not None
