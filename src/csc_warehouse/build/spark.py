"""Apache Spark: a session, and the tables in it that the project's SQL reads.

The catalogue of a session is in its memory, and goes with it; only the rows of tables are files.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from csc_warehouse.build import likeness
from csc_warehouse.errors import WrongUse
from csc_warehouse.lake import identity
from csc_warehouse.sql import literal, statement

if TYPE_CHECKING:
    import duckdb
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
        return "Spark is not in this environment: `make test-engines` has one of its own."
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


def register(
    spark: SparkSession, table: str, columns: Iterable[tuple[str, str]], rows: Path
) -> None:
    """Let `table` (schema.name) of these columns, of DuckDB's types, be read in the session.

    `rows` is its folder of Parquet, which several empty ones may share.
    """
    typed = ", ".join(f"{name} {_TYPES.get(kind, kind)}" for name, kind in columns)
    spark.sql(f"drop table if exists {table}")
    spark.sql(f"create table {table} ({typed}) using parquet location {literal(rows)}")


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
