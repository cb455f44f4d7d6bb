"""Great Expectations' Data Docs of one run, for engineers: made of counts, never of values.

The pages are built from the dq tables and not from what Great Expectations returns: those tables
have no value to begin with, and count records where it counts combinations. One suite and one
validation per file of expectations; a site holds one run, and the next run replaces it.
"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from csc_warehouse.errors import CscError
from csc_warehouse.files import private_directory
from csc_warehouse.quality.results import ERROR, NOT_APPLICABLE, PASS, PASS_WITH_FAILURES
from csc_warehouse.quality.rules import GATES
from csc_warehouse.quality.validation import DocumentedRule, write_data_docs_site
from csc_warehouse.sql import statement

_SUCCESSES = (PASS, PASS_WITH_FAILURES, NOT_APPLICABLE)


def write_data_docs(analyst_db: Path, folder: Path) -> Path:
    """Write the site of the run in `analyst_db` to `folder` and return its first page.

    Raises CscError where the database has no results yet.
    """
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        suites = {gate: _documented(connection, gate) for gate in GATES}
        release = connection.execute("select release_id, as_at_date from ops.release").fetchone()
    if release is None or not any(suites.values()):
        raise CscError("No gate has been checked yet: there is nothing to document.")
    if folder.exists():
        shutil.rmtree(folder)
    private_directory(folder)
    # The month that the run describes, not the clock: the same run gives the same pages.
    moment = datetime.combine(release[1], datetime.min.time(), tzinfo=UTC)
    write_data_docs_site(
        folder,
        str(release[0]),
        moment,
        {
            f"{gate}.{table}": rules
            for gate, tables in suites.items()
            for table, rules in tables.items()
        },
    )
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return folder / "index.html"


def _documented(
    connection: duckdb.DuckDBPyConnection, gate: str
) -> dict[str, list[DocumentedRule]]:
    """The gate's rules by table, each with its counts over all authorities."""
    rows = connection.execute(
        statement(__package__, "documented_rule"), {"gate": gate, "error": ERROR}
    ).fetchall()
    tables: dict[str, list[DocumentedRule]] = {}
    for (
        table,
        rule_id,
        kind,
        kwargs,
        severity,
        codes,
        why,
        how,
        owner,
        statuses,
        total,
        bad,
        error,
    ) in rows:
        notes: dict[str, Any] = {
            "rule_id": rule_id,
            "severity": severity,
            "national_codes": codes,
            "why": why,
            "how_to_resolve": how,
            "owner": owner,
        }
        tables.setdefault(table, []).append(
            DocumentedRule(
                type=kind,
                kwargs=json.loads(kwargs),
                notes=notes,
                is_success=all(status in _SUCCESSES for status in statuses),
                error=error,
                evaluated=int(total),
                failed=int(bad),
            )
        )
    return tables
