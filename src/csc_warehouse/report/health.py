"""The health of the warehouse as a release found it: its loads, its gates, what was critical.

A page that stays true: how old the release is, and how full the disk, `csc status` says.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from csc_warehouse.report.data_quality import AUDIENCE
from csc_warehouse.report.figures import Release
from csc_warehouse.report.pages import environment, write_script
from csc_warehouse.sql import statement


def write(connection: duckdb.DuckDBPyConnection, release: Release, folder: Path) -> None:
    """Write health.html into `folder`, beside the page of the data quality."""
    write_script(folder)
    (folder / "health.html").write_text(
        environment()
        .get_template("health.html.j2")
        .render(
            release=release,
            audience=AUDIENCE,
            loads=_rows(connection, "loaded"),
            gates=_rows(connection, "gate_outcome"),
            critical=_rows(connection, "critical_rule"),
        ),
        encoding="utf-8",
    )


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, object]]:
    found = connection.execute(statement(__package__, name))
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
