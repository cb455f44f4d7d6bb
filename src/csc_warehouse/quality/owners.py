"""Whose issue it is: the team and the worker who were involved when the record's event happened."""

from __future__ import annotations

import duckdb

from csc_warehouse.sql import statement


def assign_owners(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill owner_team and worker_key of the issues that fail now.

    Those of the record itself, where it names them; else of the involvement open on the day of the
    record (the first date that its table declares), the latest to start, a reviewing officer's only
    where there is no other; else of the child's latest referral up to then. An issue without any
    stays with the owner that its rule names, and so does one whose team is not in the list of
    teams: what else stands in such a column is nobody's to publish.
    """
    tables = connection.execute(statement(__package__, "issue_table")).fetchall()
    if not tables:
        return
    events = [_event(connection, table) for (table,) in tables]
    connection.execute(statement(__package__, "issue_event", events=events))
    connection.execute(statement(__package__, "issue_owner"))
    connection.execute("drop table issue_event")


def _event(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """What a conformed table says of the day of its record, of the team and of the worker."""
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns() where schema_name = 'intermediate' "
        "and database_name = current_database() and table_name = ? order by column_index",
        [table],
    ).fetchall()
    names = [name for name, _ in columns]
    dates = [name for name, kind in columns if kind in ("DATE", "TIMESTAMP")]
    return {
        "table": table,
        "day": f"cast(record.{dates[0]} as date)" if dates and "persons" not in table else "null",
        "team": "record.team" if "team" in names else "cast(null as varchar)",
        "worker": "record.worker_key" if "worker_key" in names else "cast(null as varchar)",
    }
