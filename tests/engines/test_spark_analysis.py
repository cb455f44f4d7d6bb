"""Spark understands the project: it analyses each model and data test, over tables without rows."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from csc_warehouse.build import candidate as candidates
from csc_warehouse.build import spark as engine
from csc_warehouse.build import transform
from csc_warehouse.build.candidate import BLANK_KEY, Candidate
from csc_warehouse.places import DBT_PROJECT

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.skipif(bool(engine.why_not()), reason=engine.why_not())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    return transform.compiled_project(tmp_path_factory.mktemp("dbt"), transform.SPARK)


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder without rows, where every table lies."""
    return tmp_path_factory.mktemp("nothing")


@pytest.fixture(scope="module")
def spark(
    project: Manifest, nothing: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SparkSession]:
    """A session with an empty table for each source and seed."""
    spark = engine.session(tmp_path_factory.mktemp("spark"), engine.Engine("local[*]", BLANK_KEY))
    for schema in {node.schema for node in [*project.nodes.values(), *project.sources.values()]}:
        spark.sql(f"create schema if not exists {schema}")
    described = _columns_of_a_candidate(tmp_path_factory.mktemp("candidate"))
    read = {parent for node in project.nodes.values() for parent in node.depends_on_nodes}
    for source in project.sources.values():
        if source.unique_id in read:
            name = f"{source.schema}.{source.identifier}"
            engine.register(spark, name, described[name][1], nothing)
    for node in project.nodes.values():
        if node.resource_type == "seed":
            name = f"{node.schema}.{node.identifier}"
            engine.register(spark, name, _columns_of_a_seed(node), nothing)
    yield spark
    spark.stop()


def _columns_of_a_candidate(directory: Path) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """The full name, columns and types of each relation that Python makes before dbt starts."""
    candidate = Candidate(
        directory=directory,
        scratch=directory,
        release_id="nothing",
        month="",
        as_at_date=date.min,
        code_version="",
        loads=(),
    )
    candidates.begin(candidate)
    with candidate.connection(read_only=True) as connection:
        return engine.columns(connection)


def _columns_of_a_seed(seed: Any) -> list[tuple[str, str]]:
    with (DBT_PROJECT / seed.original_file_path).open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    types = {column.name: column.data_type for column in seed.columns.values()}
    types |= seed.config.column_types
    return [(name, types[name].upper()) for name in names]


def analysed(spark: SparkSession, sql: str) -> list[tuple[str, str]]:
    """The columns and types that Spark finds in a query. Raises what it does not understand."""
    return [(field.name, field.dataType.simpleString()) for field in spark.sql(sql).schema.fields]


def test_spark_understands_every_model_and_data_test(
    spark: SparkSession, project: Manifest, nothing: Path
) -> None:
    built = {
        name: node
        for name, node in project.nodes.items()
        if node.resource_type == "test"
        or (node.resource_type == "model" and node.config.materialized != "ephemeral")
    }
    assert len(built) > 350
    parents = {name: list(node.depends_on_nodes) for name, node in project.nodes.items()}
    misunderstood: dict[str, str] = {}
    left_out: set[str] = set()
    for name in TopologicalSorter(parents).static_order():
        if not left_out.isdisjoint(parents.get(name, [])):
            left_out.add(name)
        if name not in built or name in left_out:
            continue
        node = built[name]
        try:
            columns = analysed(spark, node.compiled_code)
        except Exception as error:
            misunderstood[name] = str(error).splitlines()[0]
            left_out.add(name)
            continue
        if node.resource_type == "model":
            engine.register(spark, f"{node.schema}.{node.identifier}", columns, nothing)
    assert misunderstood == {}


def test_what_only_duckdb_knows_is_seen(spark: SparkSession, project: Manifest) -> None:
    sql = project.nodes["model.csc_warehouse.stg_ssd__persons"].compiled_code
    assert analysed(spark, sql)
    assert "'ssd' as source_system" in sql
    planted = sql.replace("'ssd' as source_system", "list_value('ssd')[1] as source_system")
    with pytest.raises(Exception, match="list_value"):
        analysed(spark, planted)


def test_great_expectations_is_kept_from_spark_that_is_there() -> None:
    """Its own import of Spark ends a process that has no main file, without a word."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, pyspark.sql\n"
            "from csc_warehouse import quality\n"
            "quality.great_expectations_ready()\n"
            "print(sys.modules['pyspark.sql'] is pyspark.sql, sys.modules['pyspark'] is pyspark)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "True True"
