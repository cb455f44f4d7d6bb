"""A table of the release with two rows of one key stops the build, without an index."""

from __future__ import annotations

import duckdb
import jinja2
import pytest

from csc_warehouse.places import DBT_PROJECT


def refusal(columns: list[str]) -> str:
    """The query that the table materialization runs on its new rows."""
    text = (DBT_PROJECT / "macros" / "materializations" / "table.sql").read_text(encoding="utf-8")
    macro = text[text.index("{% macro refuse_repeated_keys") :]
    call = "{{ refuse_repeated_keys({'identifier': 'fct_placement'}, columns) }}"
    query = jinja2.Environment(autoescape=False).from_string(macro + call).render(columns=columns)
    return query.replace("{'identifier': 'fct_placement'}", "fct_placement")


@pytest.fixture
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create table fct_placement (placement_key varchar, la_code varchar)")
    return connection


def test_no_row_and_each_key_once_pass(database: duckdb.DuckDBPyConnection) -> None:
    database.execute(refusal(["placement_key"]))
    database.execute("insert into fct_placement values ('a', '991'), ('b', '991')")
    database.execute(refusal(["placement_key"]))


def test_a_key_twice_stops(database: duckdb.DuckDBPyConnection) -> None:
    database.execute("insert into fct_placement values ('a', '991'), ('a', '992'), ('b', '991')")
    with pytest.raises(duckdb.Error, match="repeated primary key: 1 rows of fct_placement"):
        database.execute(refusal(["placement_key"]))


def test_a_key_of_two_columns_is_both(database: duckdb.DuckDBPyConnection) -> None:
    database.execute("insert into fct_placement values ('a', '991'), ('a', '992')")
    database.execute(refusal(["placement_key", "la_code"]))
    database.execute("insert into fct_placement values ('a', '992')")
    with pytest.raises(duckdb.Error, match="repeated primary key"):
        database.execute(refusal(["placement_key", "la_code"]))


def test_the_materialization_asks_it() -> None:
    text = (DBT_PROJECT / "macros" / "materializations" / "table.sql").read_text(encoding="utf-8")
    asked = text[: text.index("{% endmaterialization %}")]
    assert "refuse_repeated_keys(target_relation, primary_key_columns())" in asked
