"""Issues over months: a failing record from the first release that has it to the one without it.

Each published release leaves its issues in the lake (`history`); the next month goes on from them,
so that a month costs the same however many are kept. What people decided is in `decisions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from csc_warehouse.places import Home
from csc_warehouse.quality import decisions
from csc_warehouse.quality.history import base_files
from csc_warehouse.quality.tables import Candidate, la_codes_of
from csc_warehouse.sql import literal, statement

#: How long a resolved issue is remembered: the same record failing again until then is reopened.
REMEMBERED_MONTHS = 24

#: How many months the managers' summary goes back.
SUMMARY_MONTHS = 36


#: So many children who fail what they failed a month before, and no record with the key that it
#: had: then it is the keys that changed.
ENOUGH_TO_TELL = 5


def write_issues(connection: duckdb.DuckDBPyConnection, home: Home, candidate: Candidate) -> None:
    """Write dq.issue: what fails now, beside the issues of the month before.

    A failing record is an issue from the first month that it is seen: `open` while it fails,
    `accepted` while somebody's decision covers it, `resolved` once it no longer fails, `reopened`
    if it fails again after that. Its age is counted in months from the day it was last opened, up
    to now or to the month that it was last seen.

    Where the keys of records have changed (an upgrade, another case system), no issue goes on: else
    all of the month before would seem resolved, and all of this month new.
    """
    base = base_files(home, "issue", la_codes_of(candidate), candidate.month)
    connection.execute("create or replace temp table base_issue as from analyst.dq.issue limit 0")
    if base:
        connection.execute(f"insert into base_issue by name select * from {_rows_of(base)}")
    connection.execute(statement(__package__, "begun_anew"), {"enough": ENOUGH_TO_TELL})
    connection.execute("delete from base_issue where la_code in (from begun_anew)")
    decisions.write(connection, home, candidate)
    connection.execute("delete from analyst.dq.issue")
    connection.execute(
        statement(__package__, "issue"),
        {"month": candidate.month, "remembered": REMEMBERED_MONTHS},
    )
    connection.execute("drop table base_issue")
    connection.execute("drop table decided_issue")


def _rows_of(files: Sequence[Path]) -> str:
    """SQL: the rows of Parquet files, whose folders say nothing that they don't."""
    names = ", ".join(map(literal, files))
    return f"read_parquet([{names}], union_by_name = true, hive_partitioning = false)"


def write_months(connection: duckdb.DuckDBPyConnection, home: Home, candidate: Candidate) -> None:
    """Write dq.issue_month: what was new, reopened and resolved in each month, and what stood then.

    A month's `open_count` and `accepted_count` are those of the month before, plus what was new and
    reopened, less what was resolved.
    """
    base = base_files(home, "issue_month", la_codes_of(candidate), candidate.month)
    connection.execute("delete from analyst.dq.issue_month")
    if base:
        connection.execute(
            statement(__package__, "earlier_issue_month", rows=_rows_of(base)),
            {"month": candidate.month, "kept": SUMMARY_MONTHS},
        )
    connection.execute(statement(__package__, "issue_month"), {"month": candidate.month})


def counted_since(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """By authority, the month from which ages are counted: what failed before is not known.

    It is that of the first release, or of the first since the keys of records changed; of a release
    whose database is `connection`.
    """
    return dict(connection.execute(statement(__package__, "counted_since")).fetchall())
