"""From the analysts' delivered folder alone: its notebook, joins, measures, Power Query and R."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from csc_warehouse.ask import releases
from csc_warehouse.build import transform
from csc_warehouse.places import Home
from csc_warehouse.readers import first_steps


@pytest.fixture(scope="module")
def folder(done: tuple[Home, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `csc deliver` puts into the analysts' folder, for what is read here."""
    release = releases.current(done[0])
    folder = tmp_path_factory.mktemp("analysts") / "delivered"
    for name in ("parquet", "report/members"):
        shutil.copytree(release.path / name, folder / name)
    keys = transform.primary_keys(done[0].dbt_scratch)
    first_steps.write(folder, release.analyst_db, keys)
    names = ("release_id", "as_at_date")
    said = {name: release.manifest[name] for name in names} | {"authorities": ["Somewhere"]}
    (folder / "delivery.json").write_text(json.dumps(said))
    return folder


@pytest.fixture(scope="module")
def tables(folder: Path) -> duckdb.DuckDBPyConnection:
    """The tables of the folder, by their names."""
    connection = duckdb.connect()
    for path in (folder / "parquet").glob("*/*.parquet"):
        connection.execute(f"create schema if not exists {path.parent.name}")
        name = f"{path.parent.name}.{path.stem}"
        connection.execute(f"create view {name} as select * from '{path}'")
    return connection


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_notebook_runs_in_its_folder(folder: Path) -> None:
    notebook = json.loads((folder / "start" / "first_look.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] for cell in cells)
    script = "\n".join("".join(cell["source"]) for cell in cells)
    # Nothing of this program: a fresh Python that finds DuckDB and the folder.
    assert "csc_warehouse" not in script
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder / "start",
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "999 | 2022-09-30 | " in ended.stdout
    assert "child_key to dim_child.child_key" in ended.stdout


def test_the_joins_lead_to_one_row_and_lose_none(
    folder: Path, tables: duckdb.DuckDBPyConnection
) -> None:
    joins = read(folder / "start" / "relationships.csv")
    for join in joins:
        # The calendar ends: of a day far ahead there is none.
        lost = "its_rows > 1" if join["to_table"] == "dim_date" else "its_rows is distinct from 1"
        wrong = tables.execute(
            f"select count(*) from marts.{join['from_table']} as many "
            f"left join (select {join['to_column']} as its_key, count(*) as its_rows "
            f"from marts.{join['to_table']} group by all) as one "
            f"on many.{join['from_column']} = one.its_key "
            f"where many.{join['from_column']} is not null and {lost}"
        ).fetchone()
        assert wrong == (0,), join
    ways = {(join["from_table"], join["from_column"], join["to_table"]) for join in joins}
    assert {
        ("fct_referral", "child_key", "dim_child"),
        ("fct_referral", "referral_date", "dim_date"),
        ("fct_cp_plan", "latest_category_code", "dim_abuse_category"),
        ("fct_period_of_care", "end_legal_status_code", "dim_legal_status"),
        ("fct_assessment", "referral_key", "fct_referral"),
    } <= ways
    active = [
        (join["from_table"], join["to_table"]) for join in joins if join["is_active"] == "true"
    ]
    assert len(active) == len(set(active)) > 100
    # Between a fact and a dimension, and never round a corner: a model takes no second way.
    assert all(one.startswith("fct_") and other.startswith("dim_") for one, other in active)


def test_each_measure_gives_the_value_of_the_table(
    folder: Path, tables: duckdb.DuckDBPyConnection
) -> None:
    measures = read(folder / "start" / "measures.csv")
    assert len(measures) > 150
    compared = 0
    for measure in measures:
        code = measure["indicator_code"]
        assert measure["dax"].endswith(f'rpt_indicator[indicator_code] = "{code}"))')
        wrong, rows = tables.execute(
            f"with told as (select any_value(value) as value, {measure['sql']} as measured "
            "from indicators.rpt_indicator where indicator_code = $code "
            "and availability = 'available' group by la_code, period_type, period_start_date, "
            "period_end_date, breakdown, breakdown_value) "
            "select count(*) filter (where abs(coalesce(value, -1) - coalesce(measured, -1)) "
            "> 1e-9), count(value) from told",
            {"code": code},
        ).fetchone() or (1, 0)
        assert wrong == 0, code
        compared += rows
    assert compared > 10_000


def test_the_power_query_names_every_file_and_nothing_else(folder: Path) -> None:
    text = (folder / "start" / "release.pq").read_text(encoding="utf-8")
    named = re.findall(r'^        \{"(\w+)", "(\w+)", "(?:[^"]|"")*"\},?$', text, re.MULTILINE)
    there = {(path.parent.name, path.stem) for path in (folder / "parquet").glob("*/*.parquet")}
    assert set(named) == there and len(named) == len(there)
    outside = re.sub(r'"(?:[^"]|"")*"', "", re.sub("//.*", "", text))
    assert all(outside.count(a) == outside.count(b) for a, b in ("()", "[]", "{}"))


def test_the_scripts_for_sql_server_have_every_table_and_lose_no_row(
    folder: Path, tables: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no such server here: what it would read is compared with the release."""
    start = folder / "start"
    (start / "csv").mkdir()
    monkeypatch.chdir(start)
    duckdb.connect().execute((start / "to_csv.sql").read_text(encoding="utf-8"))
    script = (start / "sql_server.sql").read_text(encoding="utf-8")
    made = re.findall(r"create table csc_new_(\w+)\.(\w+) \((.*?)\n\);", script, re.DOTALL)
    there = {(path.parent.name, path.stem) for path in (folder / "parquet").glob("*/*.parquet")}
    assert {(schema, table) for schema, table, _ in made} == there and len(made) == len(there)
    for schema, table, body in made:
        name = f"{schema}.{table}"
        assert f"'$(Folder)\\{name}.csv'" in script
        assert f"alter schema {schema} transfer csc_new_{name};" in script
        typed = re.findall(r"^    \[(\w+)\] (.+?)(?: not)? null,?$", body, re.MULTILINE)
        csv_file = start / "csv" / f"{name}.csv"
        with csv_file.open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == [column for column, _ in typed]
        rows = tables.execute(f"select count(*) from {name}").fetchone()
        read = (
            f"read_csv('{csv_file}', header = true, all_varchar = true, max_line_size = 10000000)"
        )
        assert tables.execute(f"select count(*) from {read}").fetchone() == rows
        for column, kind in typed:
            if kind.startswith("varchar"):
                size = int(kind[8:].partition(")")[0])
                longest = f'select coalesce(max(strlen("{column}")), 0) from {name}'
                assert (tables.execute(longest).fetchone() or (size + 1,))[0] <= size, (
                    name,
                    column,
                )
            elif kind == "bit":
                values = f'select distinct "{column}" from {read} where "{column}" is not null'
                assert set(tables.execute(values).fetchall()) <= {("0",), ("1",)}


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not on this machine")
def test_the_r_script_runs_in_its_folder(folder: Path) -> None:
    ended = subprocess.run(
        ["Rscript", "first_look.R"],
        cwd=folder / "start",
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "2022-09-30" in ended.stdout
