"""The data-quality worklist of a release: which records to correct, oldest first.

It names records by key and by the place they came from. The case system's ids stand in
`restricted.duckdb`, for those who correct.
"""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

HEADER = (
    "owner",
    "rule_id",
    "severity",
    "state",
    "age_months",
    "first_seen_month",
    "last_seen_month",
    "la_code",
    "table_name",
    "record_key",
    "child_key",
    "what_is_wrong",
    "how_to_resolve",
    "indicators",
)


def write(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the open issues of the analyst database behind `connection` to the CSV `path`."""
    rows = connection.execute(
        """
        select
            issue.owner, issue.rule_id, expectation.severity, issue.state, issue.age_months,
            issue.first_seen_month, issue.last_seen_month, issue.la_code, issue.table_name,
            issue.record_key, issue.child_key, expectation.why, expectation.how_to_resolve,
            expectation.indicators
        from dq.issue as issue
        inner join dq.expectation as expectation on issue.rule_id = expectation.rule_id
        where issue.state <> 'resolved'
        order by
            issue.owner, issue.first_seen_month, issue.rule_id, issue.la_code, issue.record_key
        """
    ).fetchall()
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows)
