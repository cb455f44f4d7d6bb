"""The open data-quality issues of a release, by rule: what `csc issues` shows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb


def open_issues(
    analyst_db: Path, *, owner: str | None = None, la_codes: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """One row per authority, owner and rule with open issues, the oldest first.

    `owner` and `la_codes` narrow it. A row counts the records and says what is wrong, what to do
    and which indicators the rule protects; each record stands in `dq.issue`.
    """
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        cursor = connection.execute(
            """
            select
                issue.la_code,
                issue.owner,
                issue.rule_id,
                expectation.severity,
                count(*) as records,
                min(issue.first_seen_month) as first_seen,
                expectation.why,
                expectation.how_to_resolve,
                expectation.indicators
            from dq.issue as issue
            inner join dq.expectation as expectation on issue.rule_id = expectation.rule_id
            where issue.state = 'open'
                and ($owner is null or lower(issue.owner) = lower($owner))
                and ($la_codes is null or list_contains($la_codes, issue.la_code))
            group by
                issue.la_code, issue.owner, issue.rule_id, expectation.severity, expectation.why,
                expectation.how_to_resolve, expectation.indicators
            order by issue.la_code, first_seen, records desc, issue.rule_id
            """,
            {"owner": owner, "la_codes": list(la_codes) if la_codes else None},
        )
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
