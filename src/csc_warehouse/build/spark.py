"""Apache Spark: a session, and the tables in it that the project's SQL reads.

The catalogue of a session is in its memory, and goes with it; only the rows of tables are files.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csc_warehouse.build import likeness
from csc_warehouse.errors import WrongUse
from csc_warehouse.files import private_directory, write_atomically
from csc_warehouse.lake import identity
from csc_warehouse.sql import literal, statement

if TYPE_CHECKING:
    import duckdb
    from dbt.contracts.graph.manifest import Manifest
    from pyspark.sql import SparkSession

# It has not been tried with our pandas, and no frame goes through it.
warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)

#: What makes a statement mean the same as on DuckDB.
_SAME_MEANING = {
    "spark.sql.session.timeZone": "UTC",
    # A time is one without a zone, as in DuckDB.
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    # dbt-spark switches it off too: a division by zero is null, as in DuckDB.
    "spark.sql.ansi.enabled": "false",
    # A backslash in a text is a backslash.
    "spark.sql.parser.escapedStringLiterals": "true",
}

#: Nothing that others can open, and nothing on the screen: a message may hold a value.
_QUIET = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
    "spark.eventLog.enabled": "false",
}

#: Many small statements on one machine: fewer tasks, and no Java compiled for each.
_SMALL = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    # Statements that come once are not worth Java's second compiler; there are many of them.
    "spark.driver.extraJavaOptions": " ".join(
        ("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=256m", "-XX:+UseSerialGC")
    ),
}

#: Beside a candidate's files: the statements of its views over the lake, for Spark.
RAW_VIEWS = "raw_views.json"

#: What Spark calls DuckDB's types, where it is not the same.
_TYPES = {"VARCHAR": "STRING", "INTEGER": "INT", "TIMESTAMP": "TIMESTAMP_NTZ", "HUGEINT": "BIGINT"}


@dataclass(frozen=True)
class Engine:
    """A Spark by its address, and the secret of the keys of records."""

    address: str
    key: identity.IdentityKey


def why_not() -> str:
    """Why Spark cannot be called here, in a sentence; nothing where it can."""
    if find_spec("pyspark") is None or find_spec("dbt.adapters.spark") is None:
        return (
            "Spark is not in this environment: `make spark` makes one of its own in .tools/spark."
        )
    if shutil.which("java") is None:
        return "Spark needs Java 17 or newer: install it, for example default-jre-headless."
    return ""


def session(folder: Path, engine: Engine) -> SparkSession:
    """The session that keeps its tables below `folder`; begun if it is not that of this process.

    The workers of a cluster see `folder` under the same path. Raises WrongUse where Spark is not
    there.
    """
    if reason := why_not():
        raise WrongUse(reason)
    from pyspark.cloudpickle import register_pickle_by_value
    from pyspark.sql import SparkSession

    conf = private_directory(folder / "conf")
    write_atomically(conf / "log4j2.properties", "rootLogger.level = off\n")
    os.environ.setdefault("SPARK_CONF_DIR", str(conf))
    begun = SparkSession.getActiveSession()
    if begun and begun.conf.get("spark.sql.warehouse.dir") != folder.as_uri():
        begun.stop()
    # It would write each statement that fails, with all that it is made of.
    logging.getLogger("SQLQueryContextLogger").disabled = True
    builder = SparkSession.builder.master(engine.address).appName("csc-warehouse")
    settings = {
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": folder.as_uri(),
        "spark.pyspark.python": os.environ.get("PYSPARK_PYTHON", sys.executable),
        "spark.local.dir": str(folder / "spilled"),
        "spark.driver.memory": os.environ.get("SPARK_DRIVER_MEMORY", "2g"),
    }
    settings |= _SAME_MEANING | _QUIET | (_SMALL if engine.address.startswith("local") else {})
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    # Its workers need not have this package.
    register_pickle_by_value(likeness)
    spark.udf.register("jaro_winkler_similarity", likeness.jaro_winkler_similarity, "double")
    inner_pad, outer_pad = engine.key.for_purpose(identity.RECORDS).pads()
    spark.sql(statement(__package__, "spark_keyed_hash", inner_pad=inner_pad, outer_pad=outer_pad))
    return spark


@dataclass(frozen=True)
class Computing:
    """The tables of a candidate, computed by Spark over Parquet and handed back to DuckDB.

    What Spark makes lies as Parquet beside the candidate's two files, and goes with them.
    """

    warehouse_db: Path
    analyst_db: Path
    engine: Engine

    @property
    def folder(self) -> Path:
        """What Spark makes."""
        return self.warehouse_db.parent / "spark"

    @property
    def given(self) -> Path:
        """What DuckDB has for Spark to read."""
        return self.warehouse_db.parent / "given"

    def read(self, project: Manifest, tables: Sequence[Any]) -> list[Any]:
        """Let all that `tables` read be read in the session; return the views among it, to be made.

        Of an earlier attempt nothing is left of the tables.
        """
        private_directory(self.folder)
        spark = session(self.folder, self.engine)
        for node in tables:
            spark.sql(f"create schema if not exists {node.schema}")
            spark.sql(f"drop table if exists {_name(node)}")
            shutil.rmtree(self._rows(node), ignore_errors=True)
        views, leaves = _ancestors(project, tables)
        of_lake = raw_views(self.warehouse_db)
        given = []
        for node in leaves:
            spark.sql(f"create schema if not exists {node.schema}")
            if _name(node) in of_lake:
                spark.sql(of_lake[_name(node)])
            elif node.resource_type != "model" or not self._rows(node).is_dir():
                given.append(_name(node))
            elif not spark.catalog.tableExists(_name(node)):
                register(spark, _name(node), (), self._rows(node))
        self._give(spark, given)
        return views

    def _give(self, spark: SparkSession, names: Sequence[str]) -> None:
        """Write what DuckDB has under those names for Spark to read."""
        import duckdb

        shutil.rmtree(self.given, ignore_errors=True)
        private_directory(self.given)
        with duckdb.connect(str(self.warehouse_db), read_only=True) as connection:
            connection.execute(f"attach {literal(self.analyst_db)} as analyst (read_only)")
            described = columns(connection)
            for name in names:
                full_name, typed = described[name]
                rows = private_directory(self.given / name)
                connection.execute(
                    f"copy (from {full_name}) to {literal(rows / 'rows.parquet')} (format parquet)"
                )
                register(spark, name, typed, rows)

    def _rows(self, node: Any) -> Path:
        return self.folder / f"{node.schema}.db" / str(node.identifier)

    def handed_back(self, node: Any) -> str:
        """The SQL by which DuckDB reads what Spark has computed for the model.

        Of the types of its contract, if it has one: a sum or a text of Spark is as wide as Spark's.
        """
        typed = (
            [
                f"cast({each.name} as {each.data_type}) as {each.name}"
                for each in node.columns.values()
            ]
            if node.config.contract.enforced
            else ["*"]
        )
        rows = literal(self._rows(node) / "*.parquet")
        return f"select {', '.join(typed)} from read_parquet({rows})"


def _name(node: Any) -> str:
    """What a statement calls a table, view, seed or source."""
    return f"{node.schema}.{node.identifier}"


def _ancestors(project: Manifest, tables: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """The views that `tables` read, and whatever else is read by those or by the tables.

    SQL that is written into what reads it (an ephemeral model) is passed through.
    """
    chosen = {node.unique_id for node in tables}
    views: dict[str, Any] = {}
    leaves: dict[str, Any] = {}
    waiting = list(tables)
    while waiting:
        for name in getattr(waiting.pop().depends_on, "nodes", ()):
            node: Any = project.nodes.get(name) or project.sources[name]
            if name in chosen or name in views or name in leaves:
                continue
            kind = node.config.materialized if node.resource_type == "model" else ""
            if kind in {"view", "ephemeral"}:
                views[name] = node
                waiting.append(node)
            else:
                leaves[name] = node
    made = [node for node in views.values() if node.config.materialized == "view"]
    return made, list(leaves.values())


def raw_views(warehouse_db: Path) -> dict[str, str]:
    """The statement that makes each view over the lake's files in Spark, by its name."""
    path = warehouse_db.parent / RAW_VIEWS
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def register(
    spark: SparkSession, table: str, columns: Iterable[tuple[str, str]], rows: Path
) -> None:
    """Let `table` (schema.name) of these columns, of DuckDB's types, be read in the session.

    `rows` is its folder of Parquet, which several empty ones may share; without `columns` it has
    those of its files.
    """
    typed = ", ".join(f"{name} {spark_type(kind)}" for name, kind in columns)
    spark.sql(f"drop table if exists {table}")
    spark.sql(
        f"create table {table} {f'({typed})' if typed else ''} "
        f"using parquet location {literal(rows)}"
    )


def spark_type(kind: str) -> str:
    """What Spark calls a type of DuckDB's."""
    return _TYPES.get(kind.upper(), kind)


def columns(
    connection: duckdb.DuckDBPyConnection,
) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """Of every table and view of a candidate, by `schema.name`: its full name, and its columns.

    Each with its name and its type.
    """
    found: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for database, table, name, kind in connection.execute(
        statement(__package__, "columns_of_tables")
    ).fetchall():
        found.setdefault(table, (f"{database}.{table}", []))[1].append((name, kind))
    return found
