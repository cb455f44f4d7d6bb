"""What was recorded of dbt and is sent again: in order, whole or not at all, failures by name.

That it makes the release that dbt makes is in month/test_pipeline.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
import yaml

from csc_warehouse.build import recorded, transform
from csc_warehouse.build.recorded import Call, Listener, Node
from csc_warehouse.errors import CscError
from csc_warehouse.places import DBT_PROJECT

CHILDREN = Node("children", "model", (), ("create or replace table s.children as select 1 as id",))
PLANS = Node(
    "plans",
    "model",
    ("children",),
    ("drop table if exists s.plans", "create table s.plans as from s.children"),
)


def judged(failures: int) -> Node:
    """A test that finds so many rows, as dbt asks for them."""
    count = f"{failures} as failures, {failures} != 0 as should_warn, {failures} != 0"
    return Node("plans_are_unique", "test", ("plans",), (f"select {count} as should_error",))


def call(*nodes: Node) -> Call:
    return Call((), (), ("create schema if not exists s",), nodes)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def test_a_node_waits_for_those_that_it_reads(connection: duckdb.DuckDBPyConnection) -> None:
    runs = call(judged(0), PLANS, CHILDREN).send(connection)
    assert [(run.name, run.kind, run.status) for run in runs] == [
        ("children", "model", "success"),
        ("plans", "model", "success"),
        ("plans_are_unique", "test", "pass"),
    ]
    assert connection.execute("from s.plans").fetchall() == [(1,)]


def test_it_can_be_sent_again(connection: duckdb.DuckDBPyConnection) -> None:
    """A step that was killed is done again on what it left."""
    for _ in range(2):
        assert len(call(CHILDREN, PLANS).send(connection)) == 2


def test_a_test_that_fails_is_named_with_its_rows(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(CscError, match="test plans_are_unique: Got 3 results"):
        call(CHILDREN, PLANS, judged(3)).send(connection)


def test_a_node_that_fails_is_named_without_values_and_leaves_nothing(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    broken = Node(
        "visits",
        "model",
        ("children",),
        ("create table s.visits (id integer)", "insert into s.visits select 'P14'::integer"),
    )
    later = Node("later", "model", ("visits",), ("create table s.later as select 1 as id",))
    with pytest.raises(CscError, match="model visits: Conversion Error") as raised:
        call(CHILDREN, broken, later).send(connection)
    assert "P14" not in str(raised.value)
    tables = connection.execute("select table_name from duckdb_tables() order by all").fetchall()
    assert tables == [("children",)]


def said(sql: str, node: str = "", name: str = "SQLQuery") -> Any:
    """An event of dbt."""
    return SimpleNamespace(
        info=SimpleNamespace(name=name),
        data=SimpleNamespace(sql=sql, node_info=SimpleNamespace(unique_id=node)),
    )


def test_what_changes_or_judges_is_heard_and_what_only_asks_is_not(tmp_path: Path) -> None:
    heard = Listener()
    comment = '/* {"app": "dbt"} */\n'
    for sql, node in (
        ("select schema_name from system.information_schema.schemata", ""),
        ("create schema if not exists analyst.marts", ""),
        ("BEGIN", "model.children"),
        ("DESCRIBE (select 1)", "model.children"),
        ("\n  select 1 from duckdb_constraints() where false", "model.children"),
        ("create table children as select 1", "model.children"),
        ("select case when count(*) > 1 then error('twice') end from children", "model.children"),
        ("COMMIT", "model.children"),
        ("select count(*) as failures from (from children)", "test.unique"),
    ):
        heard(said(comment + sql, node))
    heard(said("create table lost as select 1", "model.children", name="NodeFinished"))
    model = SimpleNamespace(unique_id="model.children", name="children", resource_type="model")
    test = SimpleNamespace(unique_id="test.unique", name="unique", resource_type="test")
    made = heard.call(["tag:x"], [], [(model, ["source.raw"]), (test, ["model.children"])])
    assert made.schemas == ("create schema if not exists analyst.marts",)
    assert [len(node.statements) for node in made.nodes] == [2, 1]
    assert [node.after for node in made.nodes] == [(), ("children",)]
    recorded.write(tmp_path / "statements.json", [made])
    assert recorded.read(tmp_path / "statements.json") == (made,)


@pytest.mark.parametrize(
    ("statements", "is_ahead"),
    [
        (('create or replace view "analyst"."indicators"."detail" as (select 1)',), True),
        (('use "analyst";\n    create or replace macro indicators.between(a) as table 1',), True),
        # The warehouse of the blank has no table of the month, and views are cheap there.
        (('create or replace view "warehouse"."intermediate"."months" as (select 1)',), False),
        (('drop table if exists "analyst"."marts"."child"', "create table child as from b"), False),
        (
            ('create or replace view "analyst"."dq"."a" as (select 1)', "insert into b from c"),
            False,
        ),
    ],
)
def test_what_only_defines_is_in_the_blank_and_not_sent(
    statements: tuple[str, ...], is_ahead: bool
) -> None:
    node = Node("detail", "model", ("children",), statements)
    sent = node.defined_ahead()
    assert sent.statements == (() if is_ahead else statements)
    assert (sent.name, sent.kind, sent.after) == (node.name, node.kind, node.after)


def test_a_node_of_which_nothing_was_heard_is_not_passed_over() -> None:
    model = SimpleNamespace(unique_id="model.children", name="children", resource_type="model")
    with pytest.raises(KeyError, match=r"model\.children"):
        Listener().call([], [], [(model, [])])


def test_a_node_comes_behind_what_is_read_by_way_of_others() -> None:
    """A view of the blank, or what is written into a model: neither is built with it."""

    def reading(*nodes: str) -> Any:
        return SimpleNamespace(depends_on=SimpleNamespace(nodes=nodes))

    project: Any = SimpleNamespace(
        nodes={
            "model.codes": reading("source.raw"),
            "model.view": reading("source.raw", "model.codes"),
            "model.written_in": reading("model.view"),
        }
    )
    assert transform._reads(project, reading("model.written_in")) == {
        "model.written_in", "model.view", "model.codes", "source.raw",
    }  # fmt: skip


def test_the_database_is_opened_as_the_profile_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What dbt reads from profiles.yml stands here once more: the two may not part."""
    profiles = yaml.safe_load((DBT_PROJECT / "profiles.yml").read_text(encoding="utf-8"))
    profile = profiles["csc_warehouse"]["outputs"]["duckdb"]
    assert profile["threads"] == recorded.THREADS
    opened: dict[str, Any] = {}
    connect = duckdb.connect

    def noted(path: str, config: dict[str, Any]) -> duckdb.DuckDBPyConnection:
        opened.update(config)
        return connect(path, config=config)

    monkeypatch.setattr(duckdb, "connect", noted)
    dbt = transform.Dbt(tmp_path / "warehouse.duckdb", tmp_path / "analyst.duckdb", tmp_path)
    assert dbt.send(Call((), (), (), ())) == []
    wanted = profile["config_options"]
    assert set(opened) == set(wanted)
    assert opened["preserve_insertion_order"] == str(wanted["preserve_insertion_order"]).lower()
    assert (
        opened["temp_directory"]
        == transform._settings(dbt.warehouse_db, dbt.analyst_db)["CSC_DUCKDB_TEMP"]
    )
