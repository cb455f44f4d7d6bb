"""What people open: the HTML page, the workbook and the worklist of a release.

Everything is read from the release's own analyst database, so that no figure can differ from the
table behind it. The page shows all figures and is for officers: it is not disclosure-controlled.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from csc_warehouse.report import figures, page, workbook, worklist
from csc_warehouse.settings import private_directory


def write(analyst_db: Path, folder: Path) -> None:
    """Write report/index.html, indicators.xlsx and worklist.csv of `analyst_db` into `folder`."""
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        found = figures.read(connection)
        private_directory(folder / "report")
        (folder / "report" / "index.html").write_text(page.render(found), encoding="utf-8")
        workbook.write(connection, found, folder / "indicators.xlsx")
        worklist.write(connection, folder / "worklist.csv")
