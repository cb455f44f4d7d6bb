"""Statements in files: one of a room is found, filled in, and refused where a name is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import jinja2
import pytest

import csc_warehouse
from csc_warehouse.sql import literal, statement

SOURCES = Path(csc_warehouse.__file__).parent


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A room with one statement, `counted`."""
    folder = tmp_path / "room_of_statements" / "sql"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("")
    (folder / "counted.sql").write_text(
        "-- One row per table.\n"
        "{% for table in tables %}\n"
        "select {{ table | literal }} as table_name, count(*) as row_count from {{ table }}\n"
        "where month = $month\n"
        "{% if not loop.last %}\n"
        "union all\n"
        "{% endif %}\n"
        "{% endfor %}\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "room_of_statements", raising=False)
    return "room_of_statements"


def test_a_statement_takes_names_and_the_database_takes_values(room: str) -> None:
    connection = duckdb.connect()
    connection.execute("create table visit as select '2024-01' as month")
    connection.execute("create table review as select '2023-12' as month")
    counted = statement(room, "counted", tables=["visit", "review"])
    assert counted.startswith("-- One row per table.\nselect 'visit' as table_name")
    found = connection.execute(counted, {"month": "2024-01"}).fetchall()
    assert found == [("visit", 1), ("review", 0)]


def test_a_name_that_is_not_given_stops(room: str) -> None:
    with pytest.raises(jinja2.UndefinedError, match="tables"):
        statement(room, "counted")


def test_a_statement_that_is_not_there_is_named(room: str) -> None:
    with pytest.raises(jinja2.TemplateNotFound, match="weighed"):
        statement(room, "weighed")


def test_a_quote_in_a_literal_is_kept() -> None:
    assert literal("O'Brien") == "'O''Brien'"
    with duckdb.connect() as connection:
        assert connection.execute("select " + literal("O'Brien")).fetchall() == [("O'Brien",)]


@pytest.mark.parametrize(
    "path", sorted(SOURCES.rglob("sql/*.sql")), ids=lambda path: f"{path.parts[-3]}.{path.stem}"
)
def test_a_statement_says_what_a_row_of_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    # A file that makes tables, empty, says which.
    assert text.startswith(
        ("-- One row", "-- The tables", "-- The macro", "-- The profiles of the loads, empty")
    )
    assert max(len(line) for line in text.splitlines()) <= 100
