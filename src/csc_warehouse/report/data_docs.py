"""Data Docs: one page of what each expectation found in a run, for engineers.

Made of the dq tables, so of counts and never of values, and of any run that passed a gate, one that
is never published too. Great Expectations' own pages fetch what they look like from elsewhere: this
page opens without a network, as all others.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from csc_warehouse import quality
from csc_warehouse.errors import CscError
from csc_warehouse.files import private_directory
from csc_warehouse.report.data_quality import AUDIENCE
from csc_warehouse.report.pages import environment, write_script
from csc_warehouse.sql import statement


@dataclass(frozen=True)
class Run:
    """A release or a candidate, as far as every page names it."""

    release_id: str
    as_at_date: date
    acceptance: None = None


@dataclass(frozen=True)
class JudgedRule:
    """A rule with its counts over all authorities; `fault` says why it could not be judged."""

    gate: str
    table: str
    rule_id: str
    type: str
    kwargs: str
    severity: str
    national_codes: str | None
    why: str
    how_to_resolve: str
    owner: str
    statuses: list[str]
    judged: int
    failed: int
    fault: str | None

    @property
    def record(self) -> str:
        """The table as people say it."""
        return self.table.removeprefix("int_").removesuffix("_conformed").replace("_", " ")

    @property
    def expectation(self) -> str:
        """What it expects, in the words of its type: "values to be between"."""
        words = self.type.removeprefix("expect_").removeprefix("column_")
        return words.replace("_", " ")

    @property
    def arguments(self) -> str:
        """What it expects that of: "column birth_date, max_value 1"."""
        return ", ".join(f"{name} {value}" for name, value in json.loads(self.kwargs).items())


def write(analyst_db: Path, folder: Path) -> Path:
    """Write the page of the run in `analyst_db` into `folder`, which holds nothing else after.

    Returns the page. Raises CscError where the database has no results yet.
    """
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        rules = [
            JudgedRule(*row)
            for row in connection.execute(statement(__package__, "judged_rule")).fetchall()
        ]
        release = connection.execute("select release_id, as_at_date from ops.release").fetchone()
    if release is None or not rules:
        raise CscError("No gate has been checked yet: there is nothing to document.")
    if folder.exists():
        shutil.rmtree(folder)
    write_script(private_directory(folder))
    page = folder / "index.html"
    page.write_text(
        environment()
        .get_template("data_docs.html.j2")
        .render(release=Run(*release), audience=AUDIENCE, gates=quality.GATE_TITLES, rules=rules),
        encoding="utf-8",
    )
    return page
