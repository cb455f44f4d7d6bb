"""A release candidate: the loads it is made of, its two database files and how far it has got.

A candidate is a pure function of the loads, the month and the code; its name, the release id, is
their hash. It lives in `CSC_HOME/work/<release_id>/` until it is published:

- `warehouse.duckdb`: raw views over the lake, staging and intermediate tables; never published;
- `analyst.duckdb`: reference, marts, indicators, dq and ops; published as it is.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from calendar import monthrange
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from csc_warehouse import comparators, crosswalks, declarations, lake, quality
from csc_warehouse.errors import CscError, DataRefused, WrongUse
from csc_warehouse.settings import (
    DBT_PROJECT,
    EXPECTATIONS,
    MEMORY_LIMIT,
    SEEDS,
    Home,
    private_directory,
)
from csc_warehouse.transform import Dbt

#: What makes a number: a change in any of these files makes another release.
_CODE = (
    (Path(__file__).parent, "**/*.py"),
    (DBT_PROJECT / "models", "**/*"),
    (DBT_PROJECT / "macros", "**/*"),
    (DBT_PROJECT / "tests", "**/*"),
    (EXPECTATIONS, "**/*.yml"),
    (SEEDS, "**/*"),
)


@dataclass(frozen=True)
class Candidate:
    """A release in the making: `month` is `YYYY-MM`, `as_at_date` that month's last day.

    `loads` are the authorities', `statistics` is that of published statistics, if there is one.
    """

    directory: Path
    scratch: Path
    release_id: str
    month: str
    as_at_date: date
    code_version: str
    loads: tuple[lake.LoadManifest, ...]
    statistics: lake.LoadManifest | None = None

    @property
    def warehouse_db(self) -> Path:
        return self.directory / "warehouse.duckdb"

    @property
    def analyst_db(self) -> Path:
        return self.directory / "analyst.duckdb"

    @property
    def la_codes(self) -> list[str]:
        return sorted({load.la_code for load in self.loads})

    @property
    def load_ids(self) -> list[str]:
        """Everything that the release is made of."""
        statistics = [self.statistics.load_id] if self.statistics else []
        return [load.load_id for load in self.loads] + statistics

    @property
    def dbt(self) -> Dbt:
        return Dbt(self.warehouse_db, self.analyst_db, self.scratch)

    @contextmanager
    def connection(self, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """Both files in one connection: the warehouse, and the analyst's attached as `analyst`."""
        with duckdb.connect(
            str(self.warehouse_db), read_only=read_only, config={"memory_limit": MEMORY_LIMIT}
        ) as connection:
            # The bar that DuckDB draws for a slow query would run through the lines of `csc run`.
            connection.execute("set enable_progress_bar = false")
            mode = " (read_only)" if read_only else ""
            connection.execute(f"attach {sql_text(self.analyst_db)} as analyst{mode}")
            yield connection

    # How far it has got, so that a step that crashed is the only one done again.

    @property
    def steps_done(self) -> list[str]:
        path = self.directory / "steps.json"
        return list(json.loads(path.read_text())) if path.exists() else []

    def has_done(self, step: str) -> bool:
        return step in self.steps_done

    def require(self, step: str, command: str) -> None:
        """Raise CscError, naming the `command` to run first, if `step` is not done."""
        if not self.has_done(step):
            raise CscError(
                f"Release {self.release_id} ({self.month}) is not ready for this step: "
                f"{step} has not been done on it. Run `{command}` first."
            )

    def mark(self, step: str) -> None:
        """Record that `step` is done, and that whatever came after it is not."""
        before = self.steps_done
        kept = before[: before.index(step)] if step in before else before
        write_text_atomically(self.directory / "steps.json", json.dumps([*kept, step]))


def month_end(month: str) -> date:
    """The last day of `month` (`YYYY-MM`). Raises WrongUse for anything else."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise WrongUse(f"The month must look like 2022-09, not like {month!r}.") from error
    return first.replace(day=monthrange(first.year, first.month)[1])


@cache
def code_version() -> str:
    """Hash of every file that decides a number: Python, SQL, seeds, expectations."""
    digest = hashlib.sha256()
    for root, pattern in _CODE:
        for path in sorted(root.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def choose(home: Home, la_codes: Sequence[str] | None, month: str) -> Candidate:
    """The candidate of `month` for `la_codes` (None: all that ever landed).

    Raises DataRefused where an authority has no accepted load up to the month.
    """
    as_at_date = month_end(month)
    loads = tuple(
        sorted(
            lake.current_loads(home, month, la_codes),
            key=lambda load: (load.la_code, load.source_system, load.extract_month, load.load_id),
        )
    )
    missing = sorted(set(la_codes or []) - {load.la_code for load in loads})
    if missing or not loads:
        who = ", ".join(missing) if missing else "any authority"
        raise DataRefused(
            f"There is no accepted load of {who} up to {month} in {home.lake}. "
            f"Put the files in {home.landing}/<la_code>/{month}/<source>/ and run `csc land`."
        )
    statistics = lake.published_load(home)
    published_id = [statistics.load_id] if statistics else []
    parts = [month, code_version(), *(load.load_id for load in loads), *published_id]
    # A person's rows may be gone from loads and from the history of earlier months' failures.
    erased = lake.rows_erased(home, month, {load.la_code for load in loads})
    parts += [f"erased {erased}"] * (erased > 0)
    # What people decided since about the month's failures makes another release of it.
    parts += quality.decision_ids(home, {load.la_code for load in loads}, month)
    # A council's own spellings of codes are part of what its records say.
    parts += crosswalks.identities(home, {load.la_code for load in loads})
    digest = hashlib.sha256("|".join(parts).encode())
    release_id = f"{month}-{digest.hexdigest()[:12]}"
    return Candidate(
        directory=home.work / release_id,
        scratch=home.dbt_scratch,
        release_id=release_id,
        month=month,
        as_at_date=as_at_date,
        code_version=code_version(),
        loads=loads,
        statistics=statistics,
    )


def prepare(home: Home, candidate: Candidate) -> None:
    """Start the candidate afresh: empty files, raw views over the lake, what is known of the run.

    Anything that an earlier attempt left behind is removed first.
    """
    shutil.rmtree(candidate.directory, ignore_errors=True)
    private_directory(candidate.directory)
    with duckdb.connect(str(candidate.analyst_db)) as connection:
        _create_ops(connection, candidate)
        quality.create_tables(connection)
    with candidate.connection() as connection:
        crosswalks.create_table(connection, crosswalks.read(home, candidate.la_codes))
        for name in source_names():
            if name == lake.PUBLISHED:
                comparators.create_views(connection, home, candidate.statistics)
            else:
                _create_raw_views(connection, home, candidate, declarations.load_source(name))


def source_names() -> list[str]:
    """The sources that are declared in the dbt project."""
    return sorted(
        path.parent.name for path in (DBT_PROJECT / "models" / "staging").glob("*/*__sources.yml")
    )


def _create_ops(connection: duckdb.DuckDBPyConnection, candidate: Candidate) -> None:
    connection.execute("create schema ops")
    connection.execute(
        "create table ops.release "
        "(release_id varchar, month varchar, as_at_date date, code_version varchar)"
    )
    connection.execute(
        "insert into ops.release values (?, ?, ?, ?)",
        [
            candidate.release_id,
            candidate.month,
            candidate.as_at_date,
            candidate.code_version,
        ],
    )
    # Filled at publication, where a person let critical failures pass.
    connection.execute("create table ops.acceptance (reason varchar, accepted_by varchar)")
    connection.execute(
        "create table ops.load (la_code varchar, source_system varchar, load_id varchar, "
        "extract_month varchar, as_at_date date, history_start_date date, is_stale boolean, "
        "rows_in bigint, rows_kept bigint, rows_quarantined bigint)"
    )
    connection.execute(
        "create table ops.delivered_column "
        "(la_code varchar, source_system varchar, table_name varchar, column_name varchar)"
    )
    connection.execute(
        "create table ops.delivered_table (la_code varchar, source_system varchar, "
        "table_name varchar, as_at_date date, history_start_date date)"
    )
    connection.execute(
        "create table ops.model_run (model_name varchar, kind varchar, status varchar, "
        "seconds double, row_count bigint)"
    )
    months = declarations.months_by_source("history_months")
    for load in candidate.loads:
        connection.execute(
            "insert into ops.load values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                load.la_code,
                load.source_system,
                load.load_id,
                load.extract_month,
                month_end(load.extract_month),
                _months_before(load.extract_month, months[load.source_system] - 1),
                load.extract_month != candidate.month,
                load.rows_in,
                load.rows_kept,
                load.rows_quarantined,
            ],
        )
        for table in load.tables:
            if table.path is not None:
                connection.execute(
                    "insert into ops.delivered_table values (?, ?, ?, ?, ?)",
                    [
                        load.la_code,
                        load.source_system,
                        table.name,
                        month_end(load.extract_month),
                        _months_before(load.extract_month, months[load.source_system] - 1),
                    ],
                )
    delivered = sorted(
        {
            (load.la_code, load.source_system, table.name, column)
            for load in candidate.loads
            for table in load.tables
            if table.path is not None
            for column in table.columns_known
        }
    )
    connection.execute(
        "insert into ops.delivered_column select unnest(?), unnest(?), unnest(?), unnest(?)",
        [list(column) for column in zip(*delivered, strict=True)] or [[], [], [], []],
    )


def _months_before(month: str, months: int) -> date:
    """The first day of the month that lies `months` before `month`."""
    year, number = (int(part) for part in month.split("-"))
    index = year * 12 + number - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _create_raw_views(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    candidate: Candidate,
    source: declarations.SourceDeclaration,
) -> None:
    """One view for each declared table, with every stored column, over the loads' Parquet."""
    connection.execute(f"create schema {source.schema}")
    loads = [load for load in candidate.loads if load.source_system == source.name]
    for table in source.tables:
        files = [file for load in loads for file in lake.parquet_files(home, load, table.name)]
        connection.execute(
            f"create view {source.schema}.{table.name} as {_raw_select(table, files)}"
        )


def _raw_select(table: declarations.TableDeclaration, files: list[Path]) -> str:
    """Every stored column of `table`, in order; null where no file of `files` has it."""
    delivered = {name for file in files for name in pq.read_schema(file).names}
    columns = ", ".join(
        column.name
        if column.name in delivered
        else f"cast(null as {column.data_type}) as {column.name}"
        for column in table.stored
    )
    if not files:
        return f"select {columns} where false"
    names = ", ".join(sql_text(file) for file in files)
    return f"select {columns} from read_parquet([{names}], union_by_name = true)"


def sql_text(path: Path) -> str:
    """`path` as an SQL string literal."""
    return "'" + str(path).replace("'", "''") + "'"


def write_text_atomically(path: Path, text: str) -> None:
    """Write `text` aside and rename, so that a reader sees the old file or the new one."""
    aside = path.with_name(f".{path.name}.partial")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
