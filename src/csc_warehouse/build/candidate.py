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
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from csc_warehouse import council, home_settings, lake, quality, shortcuts
from csc_warehouse.build import comparators, crosswalks, localities
from csc_warehouse.build.spark import RAW_VIEWS, Engine, spark_type
from csc_warehouse.build.transform import (
    DBT_TARGET,
    DUCKDB,
    SPARK,
    STAGING,
    Dbt,
    blank_folder,
)
from csc_warehouse.build.version import code_version
from csc_warehouse.errors import CscError, DataRefused
from csc_warehouse.files import private_directory, sweep, write_atomically, written_aside
from csc_warehouse.lake import declarations, identity
from csc_warehouse.month import Month
from csc_warehouse.places import DBT_PROJECT, MEMORY_LIMIT, Home
from csc_warehouse.sql import literal, statement

#: The key of a candidate of no loads, which is no secret: unit tests expect what it makes.
BLANK_KEY = identity.IdentityKey(bytes(identity.KEY_BYTES))


@dataclass(frozen=True)
class Candidate:
    """A release in the making: `month` is `YYYY-MM`, `as_at_date` that month's last day.

    `loads` are the authorities', `statistics` is that of published statistics, if there is one.
    `spark` computes its tables, if the home says so: it makes the same release.
    """

    directory: Path
    scratch: Path
    release_id: str
    month: str
    as_at_date: date
    code_version: str
    loads: tuple[lake.LoadManifest, ...]
    statistics: lake.LoadManifest | None = None
    spark: Engine | None = None

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
    def sources(self) -> set[str]:
        """The sources that something was delivered of."""
        statistics = {lake.PUBLISHED} if self.statistics else set()
        return {load.source_system for load in self.loads} | statistics

    @property
    def load_ids(self) -> list[str]:
        """Everything that the release is made of."""
        statistics = [self.statistics.load_id] if self.statistics else []
        return [load.load_id for load in self.loads] + statistics

    @property
    def dbt(self) -> Dbt:
        return Dbt(self.warehouse_db, self.analyst_db, self.scratch, self.spark)

    @contextmanager
    def connection(self, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """Both files in one connection: the warehouse, and the analyst's attached as `analyst`."""
        with duckdb.connect(
            str(self.warehouse_db), read_only=read_only, config={"memory_limit": MEMORY_LIMIT}
        ) as connection:
            # The bar that DuckDB draws for a slow query would run through the lines of `csc run`.
            connection.execute("set enable_progress_bar = false")
            mode = " (read_only)" if read_only else ""
            connection.execute(f"attach {literal(self.analyst_db)} as analyst{mode}")
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
        sweep(self.directory)
        write_atomically(self.directory / "steps.json", json.dumps([*kept, step]))


def choose(home: Home, la_codes: Sequence[str] | None, month: str) -> Candidate:
    """The candidate of `month` for `la_codes` (None: all that ever landed).

    Raises DataRefused where an authority has no accepted load up to the month.
    """
    as_at_date = Month.of(month).last_day
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
    parts += decided(home, {load.la_code for load in loads}, as_at_date)
    # Issues go on from the months before: where one of those was corrected, this is another one.
    after = quality.base_releases(home, {load.la_code for load in loads}, month)
    parts += [f"after la_code={la_code} {base}" for la_code, base in after.items()]
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
        spark=engine_of(home),
    )


def engine_of(home: Home) -> Engine | None:
    """The Spark that builds in this home; None where DuckDB does.

    Raises WrongUse where the environment names what is no engine.
    """
    address = home_settings.engine(home)
    if address == DUCKDB:
        return None
    return Engine("local[*]" if address == SPARK else address, identity.load_key(home))


def decided(home: Home, la_codes: Collection[str], as_at_date: date) -> list[str]:
    """What the councils decide themselves, as parts of an id: it is in what their records say.

    Their spellings of codes and their localities are among it.
    """
    return [
        *council.identities(council.read(home, la_codes, as_at_date)),
        *crosswalks.identities(crosswalks.read(home, la_codes, as_at_date)),
        *localities.identities(localities.read(home, la_codes, as_at_date)),
    ]


def prepare(home: Home, candidate: Candidate) -> None:
    """Start the candidate afresh from the blank: views over its loads, and what is known of it.

    Anything that an earlier attempt left behind is removed first.
    """
    begun = blank(home.dbt_scratch)
    shutil.rmtree(candidate.directory, ignore_errors=True)
    private_directory(candidate.directory)
    for path in (candidate.warehouse_db, candidate.analyst_db):
        shutil.copyfile(begun / path.name, path)
    with candidate.connection() as connection:
        key = _key_of(home, candidate)
        _create_keyed_hash(connection, key)
        _describe(connection, home, candidate, key)
        _write_council(connection, council.read(home, candidate.la_codes, candidate.as_at_date))
        for name in set(source_names()) - candidate.sources:
            connection.execute((begun / f"without_{name}.sql").read_text(encoding="utf-8"))
    if candidate.spark:
        write_atomically(candidate.directory / RAW_VIEWS, json.dumps(_spark_views(home, candidate)))
    with duckdb.connect(str(candidate.analyst_db)) as connection:
        _record_loads(connection, candidate)


def copy_of(candidate: Candidate) -> Candidate:
    """A copy for another process to read while this one writes; it goes when the candidate goes."""
    copy = replace(candidate, directory=candidate.directory / "copy")
    shutil.rmtree(copy.directory, ignore_errors=True)
    private_directory(copy.directory)
    shutil.copyfile(candidate.warehouse_db, copy.warehouse_db)
    shutil.copyfile(candidate.analyst_db, copy.analyst_db)
    return copy


def blank(scratch: Path) -> Path:
    """The folder of a candidate of no loads, staging built and empty; made if it is not there.

    Beside its two files lie the SQL by which a candidate does without a source, and what dbt sends
    for a month. The views and the macro of the analyst database lie in it before what they read.
    Reference tables and the views by which each source is read are the same whatever is delivered,
    and were a third of what dbt did in a small month. `make setup` and the image make it ahead.
    """
    folder = blank_folder(scratch)
    if folder.is_dir():
        return folder
    for path in folder.parent.glob("*"):
        if folder.name not in path.name:  # what another process may be making just now
            shutil.rmtree(path, ignore_errors=True)
    try:
        with written_aside(folder) as aside:
            _make_blank(aside, scratch)
    except OSError:
        if not folder.is_dir():  # Else another process was sooner.
            raise
    return folder


def _make_blank(folder: Path, scratch: Path) -> None:
    nothing = Candidate(
        directory=folder,
        scratch=scratch,
        release_id="blank",
        month="",
        as_at_date=date.min,
        code_version=code_version(),
        loads=(),
    )
    begin(nothing)
    nothing.dbt.build(STAGING)
    with nothing.connection() as connection:
        for name in source_names():
            sql = _without(connection, name)
            (folder / f"without_{name}.sql").write_text(sql, encoding="utf-8")
    if shortcuts.is_taken("recorded_statements"):
        rehearsed = copy_of(nothing)
        rehearsed.dbt.record(folder)
        _take_definitions(nothing, rehearsed)
        shutil.rmtree(rehearsed.directory)


def _take_definitions(nothing: Candidate, rehearsed: Candidate) -> None:
    """Give the blank the views and the macro that the month of nothing has ended with.

    To define them asks the database how each of a hundred indicators is read: 0.8 seconds of each
    month, whatever was delivered. What they read is made in the month, of the types of contracts.
    """
    with nothing.connection(read_only=True) as connection:
        had = set(connection.execute(statement(__package__, "analyst_tables")).fetchall())
    with rehearsed.connection() as connection:
        for schema, table in connection.execute(
            statement(__package__, "analyst_tables")
        ).fetchall():
            if (schema, table) not in had:
                connection.execute(f"drop table analyst.{schema}.{table}")
        connection.execute("checkpoint analyst")
    shutil.copyfile(rehearsed.analyst_db, nothing.analyst_db)


def begin(nothing: Candidate) -> None:
    """Make the two files of a candidate of no loads as dbt expects them, with nothing built."""
    private_directory(nothing.directory)
    with duckdb.connect(str(nothing.analyst_db)) as connection:
        connection.execute(statement(__package__, "ops"))
        quality.create_tables(connection)
    with nothing.connection() as connection:
        _create_keyed_hash(connection, BLANK_KEY)
        _describe(connection, Home(nothing.directory), nothing, BLANK_KEY)


def _key_of(home: Home, candidate: Candidate) -> identity.IdentityKey:
    """The secret that the candidate's loads were made with. Raises CscError where it is another."""
    key = identity.load_key(home, create=False)
    if any(load.key_id != key.key_id for load in candidate.loads):
        raise CscError(
            f"The identity key in {home.keys} is not the one that the lake was made with. "
            "Restore the right one: with another key no record would be recognised."
        )
    return key


def _create_keyed_hash(connection: duckdb.DuckDBPyConnection, key: identity.IdentityKey) -> None:
    """Give the warehouse the function by which dbt makes the keys of records."""
    inner_pad, outer_pad = key.for_purpose(identity.RECORDS).pads()
    connection.execute(
        statement(__package__, "keyed_hash", inner_pad=inner_pad, outer_pad=outer_pad)
    )


def _without(connection: duckdb.DuckDBPyConnection, source: str) -> str:
    """SQL that puts an empty view in the place of each by which `source` is read.

    To plan how nothing is read took a fifth of the time of a month's records.
    """
    views = connection.execute(
        statement(__package__, "staging_view"), {"prefix": f"stg_{source}__"}
    ).fetchall()
    return "".join(
        f"create or replace view staging.{view} as select {columns} where false;\n"
        for view, columns in views
    )


def _describe(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    candidate: Candidate,
    key: identity.IdentityKey,
) -> None:
    """What dbt reads: the councils' spellings and localities, a view of each table of a source."""
    decided_for = (home, candidate.la_codes, candidate.as_at_date)
    crosswalks.create_table(connection, crosswalks.read(*decided_for))
    localities.create_table(connection, key, localities.read(*decided_for))
    for name in source_names():
        if name == lake.PUBLISHED:
            comparators.create_views(connection, home, candidate.statistics)
        else:
            _create_raw_views(connection, home, candidate, declarations.load_source(name))


def _write_council(connection: duckdb.DuckDBPyConnection, rows: Sequence[council.Row]) -> None:
    """Let each council's own rows stand in the place of the seed's of the same authority and key.

    The seeds are built in the blank and never again: what is written here is what dbt reads.
    """
    for row in rows:
        seed = f"analyst.reference.{row.table.seed}"
        same = " and ".join(["la_code = ?", *(f"{name} = ?" for name in row.table.key)])
        connection.execute(f"delete from {seed} where {same}", [row.la_code, *row.key])
    for row in rows:
        names = ", ".join(("la_code", *row.values))
        marks = ", ".join("?" for _ in ("la_code", *row.values))
        connection.execute(
            f"insert into analyst.reference.{row.table.seed} ({names}) values ({marks})",
            [row.la_code, *row.values.values()],
        )


def source_names() -> list[str]:
    """The sources that are declared in the dbt project."""
    return sorted(
        path.parent.name for path in (DBT_PROJECT / "models" / "staging").glob("*/*__sources.yml")
    )


def _record_loads(connection: duckdb.DuckDBPyConnection, candidate: Candidate) -> None:
    """Write what the candidate is, and what was delivered for it."""
    connection.execute(
        "insert into ops.release values (?, ?, ?, ?)",
        [
            candidate.release_id,
            candidate.month,
            candidate.as_at_date,
            candidate.code_version,
        ],
    )
    months = declarations.months_by_source("history_months")
    starts = {
        load.load_id: Month.of(load.extract_month).before(months[load.source_system] - 1).first_day
        for load in candidate.loads
    }
    for load in candidate.loads:
        extract_month = Month.of(load.extract_month)
        history_start = table_start = starts[load.load_id]
        if months[load.source_system] == 1:
            # A snapshot beside another source has the history of that.
            table_start = min(
                starts[each.load_id] for each in candidate.loads if each.la_code == load.la_code
            )
        connection.execute(
            "insert into ops.load values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                load.la_code,
                load.source_system,
                load.load_id,
                load.extract_month,
                extract_month.last_day,
                history_start,
                load.extract_month != candidate.month,
                load.rows_in,
                load.rows_kept,
                load.rows_quarantined,
            ],
        )
        for table in load.tables:
            if table.path is not None:
                connection.execute(
                    "insert into ops.delivered_table values (?, ?, ?, ?, ?, ?)",
                    [
                        load.la_code,
                        load.source_system,
                        table.name,
                        extract_month.last_day,
                        table_start,
                        table.rows_quarantined,
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


def _create_raw_views(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    candidate: Candidate,
    source: declarations.SourceDeclaration,
) -> None:
    """One view for each declared table, with every stored column, over the loads' Parquet."""
    connection.execute(f"create schema if not exists {source.schema}")
    for table, files, loads in _delivered(home, candidate, source):
        if files or not candidate.loads:  # The blank has an empty view of each.
            names = ", ".join(literal(file) for file in files)
            rows = f"from read_parquet([{names}], union_by_name = true)" if files else "where false"
            columns = {name for file in files for name in pq.read_schema(file).names}
            connection.execute(_raw_view(source, table, loads, [(rows, columns)], str))


def _spark_views(home: Home, candidate: Candidate) -> dict[str, str]:
    """The statement by which Spark reads each raw table of which there are files, by its name."""
    return {
        f"{source.schema}.{table.name}": _raw_view(
            source,
            table,
            loads,
            [(f"from parquet.`{file}`", set(pq.read_schema(file).names)) for file in files],
            spark_type,
        )
        for name in sorted({load.source_system for load in candidate.loads})
        for source in [declarations.load_source(name)]
        for table, files, loads in _delivered(home, candidate, source)
        if files
    }


def _delivered(
    home: Home, candidate: Candidate, source: declarations.SourceDeclaration
) -> Iterator[tuple[declarations.TableDeclaration, list[Path], list[lake.LoadManifest]]]:
    """Each table of a source, with its files of the loads and these loads."""
    loads = [load for load in candidate.loads if load.source_system == source.name]
    for table in source.tables:
        files = [file for load in loads for file in lake.parquet_files(home, load, table.name)]
        yield table, files, loads


def _raw_view(
    source: declarations.SourceDeclaration,
    table: declarations.TableDeclaration,
    loads: Sequence[lake.LoadManifest],
    parts: Sequence[tuple[str, set[str]]],
    type_of: Callable[[str], str],
) -> str:
    """The statement of a raw table's view: of each of its parts, its rows and their columns."""
    return statement(
        __package__,
        "raw_view",
        schema=source.schema,
        table=table,
        parts=parts,
        types={column.name: type_of(column.data_type) for column in table.stored},
        file_numbers=_file_numbers(loads, table.name),
    )


def _file_numbers(loads: Sequence[lake.LoadManifest], table: str) -> list[tuple[str, str, str]]:
    """Load, name and number of each file or sheet that brought rows of a table."""
    return [
        (load.load_id, entry.name, load.file_numbers()[entry.name])
        for load in loads
        for entry in load.files
        if entry.table == table and entry.outcome == lake.FILE_KEPT
    ]


if __name__ == "__main__":  # make setup
    blank(DBT_TARGET)
