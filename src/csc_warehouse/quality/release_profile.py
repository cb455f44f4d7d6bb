"""The profiles of the marts gate: the release's tables, beside those of the month before."""

from __future__ import annotations

import duckdb

from csc_warehouse.places import Home
from csc_warehouse.quality.history import history_files, mart_names
from csc_warehouse.quality.tables import Candidate, la_codes_of
from csc_warehouse.sql import statement


def profile_release(
    connection: duckdb.DuckDBPyConnection, home: Home, candidate: Candidate
) -> None:
    """Make `table_volume` (rows of each mart now and in the newest earlier month's release) and
    `fault_share` (records of each conformed table, and those with an open failure)."""
    earlier = history_files(home, "volume", la_codes_of(candidate), candidate.month)
    connection.execute(
        statement(
            __package__, "table_volume", tables=mart_names(connection), has_earlier=bool(earlier)
        ),
        {"files": [str(path) for path in earlier]} if earlier else {},
    )
    conformed = connection.execute(statement(__package__, "conformed_table")).fetchall()
    connection.execute(
        statement(__package__, "fault_share", tables=[name for (name,) in conformed])
    )
