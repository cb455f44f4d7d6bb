"""The raw gate alone: loads of a month, judged as `csc check --gate raw` judges them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from csc_warehouse import lake, quality
from csc_warehouse.month import Month
from csc_warehouse.places import Home


@dataclass(frozen=True)
class Candidate:
    """A candidate with the loads given, and no tables but dq and ops."""

    directory: Path
    loads: tuple[lake.LoadManifest, ...]
    month: str
    release_id: str = "one"

    @contextmanager
    def connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect(str(self.directory / "warehouse.duckdb")) as connection:
            connection.execute(f"attach '{self.directory / 'analyst.duckdb'}' as analyst")
            yield connection


def judged(home: Home, la_codes: Sequence[str], month: str) -> tuple[Candidate, quality.GateResult]:
    """The candidate of what the authorities have landed up to `month`, and the gate's result."""
    work = home.root / "judged"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    with duckdb.connect(str(work / "analyst.duckdb")) as connection:
        quality.create_tables(connection)
        connection.execute("create schema ops")
        connection.execute("create table ops.load (la_code varchar, as_at_date date)")
        for la_code in la_codes:
            connection.execute(
                "insert into ops.load values (?, ?)", [la_code, Month.of(month).last_day]
            )
    candidate = Candidate(work, tuple(lake.current_loads(home, month, la_codes)), month)
    return candidate, quality.check("raw", candidate, home)
